package dev.outpour.match;

import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A radix tree of many patterns with their owners. Its levels are segments, and a run without a
 * branch is one edge.
 *
 * <p>Matching a topic costs one step for each segment without a star that the topic reaches. A step
 * is a few operations on a word of 64 bits. The number of stars does not matter, and common
 * prefixes of patterns count once. Not thread-safe.
 *
 * @param <V> an owner, with identity or equality
 */
public final class PatternTree<V> {

  final Words words = new Words();
  private final Fork<V> root = new Fork<>();

  /** Adds a pattern of an owner, who must not have it already. */
  public void add(TopicPattern pattern, V owner) {
    int[] path = words.take(pattern);
    Fork<V> at = root;
    for (int i = 0; i < path.length; ) {
      Edge<V> edge = at.startingWith(path[i]);
      if (edge == null) {
        edge = new Edge<>(Arrays.copyOfRange(path, i, path.length), new Fork<>());
        at.put(edge);
      } else {
        int common = edge.inCommon(path, i);
        if (common < edge.codes.length) {
          Edge<V> upper = edge.splitAfter(common);
          at.replace(edge, upper);
          edge = upper;
        }
      }
      i += edge.codes.length;
      at = edge.to;
    }
    at.own(pattern, owner);
  }

  /** Removes a pattern of an owner. */
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
      last = at.startingWith(path[i]);
      if (last == null) {
        throw new IllegalStateException("The pattern '" + pattern + "' has no owner");
      }
      at = last.to;
    }
    at.disown(owner);
    if (last != null && at.owners().isEmpty()) {
      parent.remove(last);
      join(before, toBefore, parent);
    }
  }

  /** Joins the edges before and after a fork that is no longer needed. */
  private static <V> void join(Fork<V> before, @Nullable Edge<V> edge, Fork<V> fork) {
    if (edge != null && fork.isNeedless()) {
      before.replace(edge, edge.join(fork.edge(0)));
    }
  }

  /** Whether it has no pattern. */
  public boolean isEmpty() {
    return root.edges() == 0;
  }

  /** Starts a search for the patterns that match a topic. */
  public Walk<V> walk(Topic topic) {
    return new Walk<>(words, root, topic);
  }
}
