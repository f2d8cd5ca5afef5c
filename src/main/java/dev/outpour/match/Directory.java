package dev.outpour.match;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An index of the edges of a fork by their first code, and the kinds of stars before their words.
 * It finds the edges for the segments of a topic without visiting all edges.
 *
 * <p>The kinds of stars are in a stable order, for the same reason as the edges of a {@link Fork}.
 */
final class Directory<V> {

  /** Up to this number of edges, a fork has no index. */
  static final int MOST_WITHOUT = 8;

  /** A kind of stars, and how many edges start with it. */
  private static final class Stars {
    final int code;
    int edges;

    Stars(int code) {
      this.code = code;
    }
  }

  private final Map<Integer, Edge<V>> byCode = new HashMap<>();
  private final List<Stars> stars = new ArrayList<>();

  @Nullable Edge<V> get(int code) {
    return byCode.get(code);
  }

  /** How many kinds of stars the edges start with. */
  int stars() {
    return stars.size();
  }

  /** The edge that starts with a kind of stars and a word; null if there is none. */
  @Nullable Edge<V> get(int place, int word) {
    return place < stars.size()
        ? byCode.get(stars.get(place).code | Words.code(word, 0, false))
        : null;
  }

  void put(Edge<V> edge) {
    byCode.put(edge.first(), edge);
    int code = starsOf(edge);
    for (Stars each : stars) {
      if (each.code == code) {
        each.edges++;
        return;
      }
    }
    Stars first = new Stars(code);
    first.edges = 1;
    stars.add(first);
  }

  void replace(Edge<V> edge) {
    byCode.put(edge.first(), edge);
  }

  void remove(Edge<V> edge) {
    byCode.remove(edge.first());
    int code = starsOf(edge);
    for (int i = 0; i < stars.size(); i++) {
      if (stars.get(i).code == code && --stars.get(i).edges == 0) {
        Stars last = stars.remove(stars.size() - 1);
        if (i < stars.size()) {
          stars.set(i, last);
        }
        return;
      }
    }
  }

  private static int starsOf(Edge<?> edge) {
    return edge.first() - Words.code(Words.word(edge.first()), 0, false);
  }
}
