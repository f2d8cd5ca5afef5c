package dev.outpour.http;

import dev.outpour.update.Page;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import dev.outpour.update.Update;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the groups that want a topic, in the number of those that do: exact topics by name,
 * patterns by what they begin with and a match that is made once per topic and remembered, up to a
 * bound. For use on one event loop.
 */
final class TopicIndex {

  private static final int MOST_REMEMBERED = 16_384;

  private final Map<Topic, Set<Group>> byTopic = new HashMap<>();
  private final Map<String, Set<Group>> byPrefix = new HashMap<>();
  private final Map<Topic, List<Group>> matched = new HashMap<>();
  private int added;

  /** How many groups were added so far: the number of the last one, see {@link Group#number}. */
  int added() {
    return added;
  }

  void add(Group group) {
    group.number = ++added;
    for (Topic topic : group.interest().topics()) {
      byTopic.computeIfAbsent(topic, first -> new LinkedHashSet<>()).add(group);
    }
    for (TopicPattern pattern : group.interest().patterns()) {
      byPrefix.computeIfAbsent(pattern.prefix(), first -> new LinkedHashSet<>()).add(group);
      matched.clear();
    }
  }

  void remove(Group group) {
    for (Topic topic : group.interest().topics()) {
      remove(byTopic, topic, group);
    }
    for (TopicPattern pattern : group.interest().patterns()) {
      remove(byPrefix, pattern.prefix(), group);
      matched.clear();
    }
  }

  private static <T> void remove(Map<T, Set<Group>> from, T key, Group group) {
    from.computeIfPresent(
        key,
        (same, groups) -> {
          groups.remove(group);
          return groups.isEmpty() ? null : groups;
        });
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

  /** How many readers want a topic. */
  int readersOf(Topic topic) {
    Set<Group> groups = new HashSet<>(byTopic.getOrDefault(topic, Set.of()));
    groups.addAll(matching(topic));
    return groups.stream().mapToInt(Group::members).sum();
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
    if (byPrefix.isEmpty()) {
      return List.of();
    }
    if (matched.size() >= MOST_REMEMBERED) {
      matched.clear();
    }
    return matched.computeIfAbsent(topic, this::match);
  }

  private List<Group> match(Topic topic) {
    Set<Group> groups = new LinkedHashSet<>(byPrefix.getOrDefault("", Set.of()));
    String name = topic.name();
    for (int end = name.indexOf('/'); end >= 0; end = name.indexOf('/', end + 1)) {
      groups.addAll(byPrefix.getOrDefault(name.substring(0, end), Set.of()));
    }
    groups.addAll(byPrefix.getOrDefault(name, Set.of()));
    groups.removeIf(group -> !group.interest().matches(topic));
    return List.copyOf(groups);
  }
}
