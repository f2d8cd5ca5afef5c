package dev.outpour.http.interest;

import dev.outpour.match.PatternTree;
import dev.outpour.update.Topic;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds who wants a topic: by its name, or by a pattern, with a search whose results are cached in
 * {@link PatternMatchCache}. For use on one event loop.
 */
public final class TopicIndex<G extends Interested> {

  private final Map<Topic, Set<G>> byTopic = new HashMap<>();
  private final PatternTree<G> patterns = new PatternTree<>();
  private final PatternTree<G> limits = new PatternTree<>();
  private final PatternMatchCache<G> known = new PatternMatchCache<>();
  private int size;

  /** How many it has. */
  int size() {
    return size;
  }

  public void add(G group) {
    size++;
    for (Topic topic : group.interest().topics()) {
      byTopic.computeIfAbsent(topic, first -> new LinkedHashSet<>()).add(group);
    }
    if (!group.interest().patterns().isEmpty()) {
      group.interest().patterns().forEach(pattern -> patterns.add(pattern, group));
      group.interest().within().forEach(pattern -> limits.add(pattern, group));
      known.come(group);
    }
  }

  /** Removes one for good. */
  public void remove(G group) {
    size--;
    group.remove();
    for (Topic topic : group.interest().topics()) {
      byTopic.computeIfPresent(topic, (same, groups) -> without(groups, group));
    }
    if (!group.interest().patterns().isEmpty()) {
      group.interest().patterns().forEach(pattern -> patterns.remove(pattern, group));
      group.interest().within().forEach(pattern -> limits.remove(pattern, group));
      known.go();
    }
  }

  private static <G> @Nullable Set<G> without(Set<G> groups, G group) {
    groups.remove(group);
    return groups.isEmpty() ? null : groups;
  }

  /** Those that name a topic; the set changes later. */
  Set<G> naming(Topic topic) {
    return byTopic.getOrDefault(topic, Set.of());
  }

  /**
   * Those that want a topic by a pattern, among them some that have gone; null if they have to be
   * searched for. The list changes later.
   */
  @Nullable List<G> matching(Topic topic) {
    return known.isNeeded() ? known.of(topic) : List.of();
  }

  /** Begins to search for those that want a topic by a pattern. */
  InterestSearch<G> search(Topic topic) {
    return new InterestSearch<>(topic, patterns, limits, known.newest());
  }

  /** Remembers the result of a search that is done. */
  List<G> remember(InterestSearch<G> done) {
    List<G> found = done.found();
    known.put(done.topic(), found, done.asOf());
    return found;
  }
}
