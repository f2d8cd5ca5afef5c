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
 * The search for the owners of the patterns of a tree that match one topic, in pieces.
 *
 * <p>It carries down the tree, as the bits of a word, how many of the topic's segments what it has
 * come through can stand for, so that each edge is passed once. Between two pieces patterns may
 * come and go: it finds the owners of all that match and are there all the time, and those of the
 * others or not.
 *
 * <p>A topic of more segments than fit is held against each pattern of the tree alone, one after
 * the other. For use by the tree's thread.
 *
 * @param <V> an owner
 */
public final class Walk<V> {

  /** The most segments of a topic that fit, with its end and one more, into a word. */
  static final int MOST_SEGMENTS = 61;

  private static final int DEPTH_AT_FIRST = 8;

  private final PatternTree<V> tree;
  private final Topic topic;
  private final Set<V> found = new LinkedHashSet<>();

  /** The topic's segments, each once, and at which places it stands; none if they do not fit. */
  private final String[] names;

  private final long[] places;
  private final long end;

  /** The numbers of the names, as long as a piece is under way, and that of the end. */
  private final int[] words;

  /** Those that have one, see {@link Words#bit}. */
  private long present;

  private final List<Fork<V>> forks = new ArrayList<>(DEPTH_AT_FIRST);
  private long[] reached = new long[DEPTH_AT_FIRST];
  private int[] next = new int[DEPTH_AT_FIRST];

  /** Whether a fork's edges are looked at one by one, and not by its directory. */
  private boolean[] each = new boolean[DEPTH_AT_FIRST];

  Walk(PatternTree<V> tree, Topic topic) {
    this.tree = tree;
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
      enter(tree.root, 1);
    }
  }

  /** Whether all were found. */
  public boolean isDone() {
    return forks.isEmpty();
  }

  /** Whose patterns match, as far as was found yet; to be read only. */
  public Set<V> found() {
    return found;
  }

  /**
   * Goes on.
   *
   * @param mostSteps about how many steps to take, one for each code that is looked at
   * @return how many were taken
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
    long[] all = tree.words.places();
    present = Words.bit(Words.END);
    for (int i = 0; i < names.length; i++) {
      words[i] = tree.words.number(names[i]);
      if (words[i] >= 0) {
        all[words[i]] = places[i];
        present |= Words.bit(words[i]);
      }
    }
    words[names.length] = Words.END;
    all[Words.END] = end;
  }

  private void release() {
    long[] all = tree.words.places();
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
      long passed = pass(edge.codes, reached[last], tree.words.places());
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
      // Most have gone: those that are left are few.
      each[depth] = true;
      next[depth] = fork.edges();
      return null;
    }
    int word = words[at % words.length];
    return word < 0 ? null : directory.get(at / words.length, word);
  }

  /** Without a branch between the kinds of codes, which a processor could not foresee. */
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
