package dev.outpour.match;

import dev.outpour.update.TopicPattern;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A node of the tree, where patterns branch or one ends.
 *
 * <p>A walk may pause within the edges while edges are added and removed. It visits edges from the
 * last to the first. A new edge becomes the last, and the last edge replaces a removed one. So a
 * walk visits each edge that was present all the time, at worst twice.
 */
final class Fork<V> {

  private List<Edge<V>> edges = List.of();
  private @Nullable Directory<V> directory;
  private @Nullable TopicPattern pattern;
  private Set<V> owners = Set.of();

  int edges() {
    return edges.size();
  }

  Edge<V> edge(int slot) {
    return edges.get(slot);
  }

  /** The edge that starts with a code; null if there is none. */
  @Nullable Edge<V> startingWith(int code) {
    if (directory != null) {
      return directory.get(code);
    }
    for (int i = 0; i < edges.size(); i++) {
      if (edges.get(i).first() == code) {
        return edges.get(i);
      }
    }
    return null;
  }

  /** The index of the edges; null if there are few. */
  @Nullable Directory<V> directory() {
    return directory;
  }

  /** Adds an edge. No other edge may start with its first code. */
  void put(Edge<V> edge) {
    if (edges.isEmpty()) {
      edges = new ArrayList<>(2);
    }
    edge.slot = edges.size();
    edges.add(edge);
    if (directory != null) {
      directory.put(edge);
    } else if (edges.size() > Directory.MOST_WITHOUT) {
      Directory<V> all = new Directory<>();
      edges.forEach(all::put);
      directory = all;
    }
  }

  /** Replaces an edge by one that starts with the same code. */
  void replace(Edge<V> old, Edge<V> edge) {
    edge.slot = old.slot;
    edges.set(old.slot, edge);
    if (directory != null) {
      directory.replace(edge);
    }
  }

  void remove(Edge<V> edge) {
    Edge<V> last = edges.remove(edges.size() - 1);
    if (last != edge) {
      last.slot = edge.slot;
      edges.set(edge.slot, last);
    }
    if (directory != null) {
      directory.remove(edge);
      if (edges.size() <= Directory.MOST_WITHOUT / 2) {
        directory = null;
      }
    }
  }

  /** The pattern that ends here; null if there is none. */
  @Nullable TopicPattern pattern() {
    return pattern;
  }

  /** The owners of the pattern that ends here. */
  Set<V> owners() {
    return owners;
  }

  void own(TopicPattern ending, V owner) {
    pattern = ending;
    if (owners.isEmpty()) {
      owners = Set.of(owner);
      return;
    }
    if (owners.size() == 1) {
      owners = new LinkedHashSet<>(owners);
    }
    owners.add(owner);
  }

  void disown(V owner) {
    if (owners.size() > 1) {
      owners.remove(owner);
    } else if (owners.contains(owner)) {
      owners = Set.of();
      pattern = null;
    }
  }

  /** Whether no pattern ends here, and there is one edge at most. */
  boolean isNeedless() {
    return owners.isEmpty() && edges.size() < 2;
  }
}
