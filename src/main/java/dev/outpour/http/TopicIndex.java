package dev.outpour.http;

import dev.outpour.update.Page;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the groups that want a topic, in the number of those that do: exact topics by name,
 * patterns by a match that is made once per topic and remembered, up to a bound. For use on one
 * event loop.
 */
final class TopicIndex {

  private static final int MOST_REMEMBERED = 16_384;

  private final Map<Topic, Set<Group>> byTopic = new HashMap<>();
  private final Set<Group> withPatterns = new LinkedHashSet<>();
  private final Map<Topic, List<Group>> matched = new HashMap<>();

  void add(Group group) {
    for (Topic topic : group.interest().topics()) {
      byTopic.computeIfAbsent(topic, first -> new LinkedHashSet<>()).add(group);
    }
    if (!group.interest().patterns().isEmpty()) {
      withPatterns.add(group);
      matched.clear();
    }
  }

  void remove(Group group) {
    for (Topic topic : group.interest().topics()) {
      byTopic.computeIfPresent(
          topic,
          (name, groups) -> {
            groups.remove(group);
            return groups.isEmpty() ? null : groups;
          });
    }
    if (withPatterns.remove(group)) {
      matched.clear();
    }
  }

  /** For each group that wants something of a page after a number, what it wants, once each. */
  Map<Group, List<Update>> wanted(Page page, long after) {
    Map<Group, List<Update>> wanted = new LinkedHashMap<>();
    for (Update update : page.updates()) {
      if (update.sequence() > after) {
        for (int i = 0; i < update.topics().size(); i++) {
          Topic topic = update.topics().get(i);
          addTo(byTopic.getOrDefault(topic, Set.of()), update, wanted);
          addTo(matching(topic), update, wanted);
        }
      }
    }
    return wanted;
  }

  private static void addTo(
      Iterable<Group> groups, Update update, Map<Group, List<Update>> wanted) {
    for (Group group : groups) {
      List<Update> updates = wanted.computeIfAbsent(group, first -> new ArrayList<>());
      if (updates.isEmpty() || updates.get(updates.size() - 1).sequence() < update.sequence()) {
        updates.add(update);
      }
    }
  }

  private List<Group> matching(Topic topic) {
    if (withPatterns.isEmpty()) {
      return List.of();
    }
    if (matched.size() >= MOST_REMEMBERED) {
      matched.clear();
    }
    return matched.computeIfAbsent(topic, this::match);
  }

  private List<Group> match(Topic topic) {
    List<Group> groups = new ArrayList<>();
    for (Group group : withPatterns) {
      if (group.interest().matches(topic)) {
        groups.add(group);
      }
    }
    return List.copyOf(groups);
  }
}
