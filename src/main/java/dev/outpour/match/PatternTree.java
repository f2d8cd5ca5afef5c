package dev.outpour.match;

import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Very many patterns, each with its owners, as a tree of their segments in which a run without a
 * fork is one edge.
 *
 * <p>What it takes to find those that match a topic is one step, a few operations on a word of 64
 * bits, for each segment without a star that the topic reaches: not more than those of all
 * patterns, of which beginnings in common count once, whatever the stars. For use by one thread.
 *
 * @param <V> an owner, with an identity or equality of its own
 */
public final class PatternTree<V> {

  final Words words = new Words();
  final Fork<V> root = new Fork<>();

  /** Takes in that a pattern is somebody's; each is theirs once. */
  public void add(TopicPattern pattern, V owner) {
    int[] path = words.take(pattern);
    Fork<V> at = root;
    for (int i = 0; i < path.length; ) {
      Edge<V> edge = at.beginningWith(path[i]);
      if (edge == null) {
        edge = new Edge<>(Arrays.copyOfRange(path, i, path.length), new Fork<>());
        at.put(edge);
      } else {
        int common = edge.inCommon(path, i);
        if (common < edge.codes.length) {
          Edge<V> upper = edge.parted(common);
          at.replace(edge, upper);
          edge = upper;
        }
      }
      i += edge.codes.length;
      at = edge.to;
    }
    at.own(pattern, owner);
  }

  /** Takes in that a pattern that was somebody's is not any more. */
  public void remove(TopicPattern pattern, V owner) {
    int[] path = words.release(pattern);
    Fork<V> before = root;
    Edge<V> toBefore = null;
    Fork<V> parent = root;
    Edge<V> last = null;
    Fork<V> at = root;
    for (int i = 0; i < path.length; i += last.codes.length) {
      before = parent;
      toBefore = last;
      parent = at;
      last = at.beginningWith(path[i]);
      if (last == null) {
        throw new IllegalStateException("The pattern '" + pattern + "' is nobody's");
      }
      at = last.to;
    }
    at.disown(owner);
    if (last != null && at.owners().isEmpty()) {
      parent.remove(last);
      join(before, toBefore, parent);
    }
  }

  /** Joins the edges before and after a fork, if it is one no more. */
  private static <V> void join(Fork<V> before, @Nullable Edge<V> edge, Fork<V> fork) {
    if (edge != null && fork.isNeedless()) {
      before.replace(edge, edge.joined(fork.edge(0)));
    }
  }

  /** Whether it holds none. */
  public boolean isEmpty() {
    return root.edges() == 0;
  }

  /** Begins to look for the patterns that match a topic. */
  public Walk<V> walk(Topic topic) {
    return new Walk<>(this, topic);
  }
}
