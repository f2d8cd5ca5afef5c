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
 * Finds the groups that want a topic: by its name those that name it, and by a search that is
 * remembered, see {@link PatternMatchCache}, those that have a pattern for it. For use on one event
 * loop.
 */
public final class TopicIndex<G extends Interested> {

  private final Map<Topic, Set<G>> byTopic = new HashMap<>();
  private final PatternTree<G> patterns = new PatternTree<>();
  private final PatternTree<G> limits = new PatternTree<>();
  private final PatternMatchCache<G> known = new PatternMatchCache<>();
  private int size;

  /** How many groups it has. */
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

  /** Removes a group for good. */
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

  /** The groups that name a topic; to be read at once only. */
  Set<G> naming(Topic topic) {
    return byTopic.getOrDefault(topic, Set.of());
  }

  /**
   * The groups that want a topic by a pattern, and some that have gone; null if they have to be
   * searched for. To be read at once only.
   */
  @Nullable List<G> matching(Topic topic) {
    return known.isNeeded() ? known.of(topic) : List.of();
  }

  /** Begins to search for the groups that want a topic by a pattern. */
  InterestSearch<G> search(Topic topic) {
    return new InterestSearch<>(topic, patterns, limits, known.newest());
  }

  /** Remembers what a search has found that is done. */
  List<G> remember(InterestSearch<G> done) {
    List<G> found = done.found();
    known.put(done.topic(), found, done.asOf());
    return found;
  }
}
