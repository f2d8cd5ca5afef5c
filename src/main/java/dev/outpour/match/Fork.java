package dev.outpour.match;

import dev.outpour.update.TopicPattern;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where patterns part, or where one ends.
 *
 * <p>A walk may stop in the middle of its edges, and go on when others have come and gone: it goes
 * from the last to the first, a new one comes last, and the last one takes the place of one that
 * goes. So a walk meets each edge that was there all the time, at worst twice.
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

  /** The edge that begins with a code; null if none does. */
  @Nullable Edge<V> beginningWith(int code) {
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

  /** Where the edges are found by what they begin with; null where they are few. */
  @Nullable Directory<V> directory() {
    return directory;
  }

  /** Takes in an edge; none begins with its first code yet. */
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

  /** Has an edge stand where another one does that begins with the same code. */
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

  /** The pattern that ends here; null if none does. */
  @Nullable TopicPattern pattern() {
    return pattern;
  }

  /** Whose pattern it is that ends here. */
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

  /** Whether no pattern ends here, and one edge at most goes on. */
  boolean isNeedless() {
    return owners.isEmpty() && edges.size() < 2;
  }
}
