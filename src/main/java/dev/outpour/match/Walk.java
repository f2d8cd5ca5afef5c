package dev.outpour.match;

import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Searches a {@link PatternTree} for the owners of the patterns that match a topic, in slices.
 *
 * <p>Each bit of a word stands for a number of segments of the topic that the path so far can
 * match, so that each edge is visited once. Patterns may change between two slices: the search
 * finds patterns that were present all the time, and may or may not find the others.
 *
 * <p>A topic with more segments than bits is compared with each pattern of the tree. Confined to
 * the thread of the tree.
 *
 * @param <V> an owner
 */
public final class Walk<V> {

  /** The maximum of segments of a topic that fit into a word, with its end and one more. */
  static final int MOST_SEGMENTS = 61;

  private static final int DEPTH_AT_FIRST = 8;

  private final Words vocabulary;
  private final Topic topic;
  private final Set<V> found = new LinkedHashSet<>();

  /** The distinct segments of the topic, and their places; empty if they do not fit. */
  private final String[] names;

  private final long[] places;
  private final long end;

  /** The numbers of the segments during a slice, and of the end. */
  private final int[] words;

  /** The segments that have a number, see {@link Words#bit}. */
  private long present;

  private final List<Fork<V>> forks = new ArrayList<>(DEPTH_AT_FIRST);
  private long[] reached = new long[DEPTH_AT_FIRST];
  private int[] next = new int[DEPTH_AT_FIRST];

  /** Whether the edges of a fork are visited one by one, without its directory. */
  private boolean[] each = new boolean[DEPTH_AT_FIRST];

  Walk(Words vocabulary, Fork<V> root, Topic topic) {
    this.vocabulary = vocabulary;
    this.topic = topic;
    List<String> segments = topic.segments();
    boolean fits = segments.size() <= MOST_SEGMENTS;
    names = fits ? segments.stream().distinct().toArray(String[]::new) : new String[0];
    places = new long[names.length];
    words = new int[names.length + 1];
    end = fits ? 1L << segments.size() : 0;
    List<String> once = Arrays.asList(names);
    for (int i = 0; fits && i < segments.size(); i++) {
      places[once.indexOf(segments.get(i))] |= 1L << i;
    }
    if (!topic.isReserved()) {
      enter(root, 1);
    }
  }

  /** Whether the search is complete. */
  public boolean isDone() {
    return forks.isEmpty();
  }

  /** The owners found so far. The caller must not change the set. */
  public Set<V> found() {
    return found;
  }

  /**
   * Continues the search.
   *
   * @param mostSteps about the maximum of steps, one for each visited code
   * @return the number of steps
   */
  public int run(int mostSteps) {
    int steps = 0;
    bind();
    try {
      while (!forks.isEmpty() && steps < mostSteps) {
        steps += step();
      }
    } finally {
      release();
    }
    return steps;
  }

  private void bind() {
    long[] all = vocabulary.places();
    present = Words.bit(Words.END);
    for (int i = 0; i < names.length; i++) {
      words[i] = vocabulary.number(names[i]);
      if (words[i] >= 0) {
        all[words[i]] = places[i];
        present |= Words.bit(words[i]);
      }
    }
    words[names.length] = Words.END;
    all[Words.END] = end;
  }

  private void release() {
    long[] all = vocabulary.places();
    for (int word : words) {
      if (word >= 0) {
        all[word] = 0;
      }
    }
  }

  private int step() {
    int last = forks.size() - 1;
    int at = --next[last];
    if (at < 0) {
      forks.remove(last);
      return 1;
    }
    Edge<V> edge = edge(forks.get(last), last, at);
    if (edge == null) {
      return 1;
    }
    if (end == 0) {
      enter(edge.to, 1);
    } else if ((edge.needs & ~present) == 0) {
      long passed = pass(edge.codes, reached[last], vocabulary.places());
      if (passed != 0) {
        enter(edge.to, passed);
      }
    }
    return 1 + edge.codes.length;
  }

  private @Nullable Edge<V> edge(Fork<V> fork, int depth, int at) {
    if (each[depth]) {
      if (at < fork.edges()) {
        return fork.edge(at);
      }
      next[depth] = fork.edges();
      return null;
    }
    Directory<V> directory = fork.directory();
    if (directory == null) {
      // Most edges were removed, and the rest has no directory.
      each[depth] = true;
      next[depth] = fork.edges();
      return null;
    }
    int word = words[at % words.length];
    return word < 0 ? null : directory.get(at / words.length, word);
  }

  /** Has no branch for the kinds of codes, which a processor could not predict. */
  private static long pass(int[] codes, long from, long[] places) {
    long reached = from;
    for (int code : codes) {
      long over = reached << Math.min(code >>> 1 & 0xFF, MOST_SEGMENTS + 1);
      long more = over | (-Long.lowestOneBit(over) & -(code & 1));
      reached = (more & places[code >>> 9]) << 1;
      if (reached == 0) {
        return 0;
      }
    }
    return reached;
  }

  private void enter(Fork<V> fork, long places) {
    TopicPattern pattern = fork.pattern();
    if (pattern != null && (end != 0 || pattern.matches(topic))) {
      found.addAll(fork.owners());
    }
    if (fork.edges() == 0) {
      return;
    }
    int depth = forks.size();
    if (depth == next.length) {
      reached = Arrays.copyOf(reached, 2 * depth);
      next = Arrays.copyOf(next, 2 * depth);
      each = Arrays.copyOf(each, 2 * depth);
    }
    Directory<V> directory = fork.directory();
    int lookups = directory == null ? Integer.MAX_VALUE : directory.stars() * words.length;
    forks.add(fork);
    reached[depth] = places;
    each[depth] = end == 0 || fork.edges() <= lookups;
    next[depth] = each[depth] ? fork.edges() : lookups;
  }
}
