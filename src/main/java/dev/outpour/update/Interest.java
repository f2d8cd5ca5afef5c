package dev.outpour.update;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The filter of a subscriber: exact topics and patterns. The same filter applies to replayed and
 * live updates, and includes the subscriber's rights.
 *
 * <p>Two interests with the same topics and patterns are equal, so that their subscribers share
 * encoded updates.
 *
 * @param topics the exact topics
 * @param patterns the requested patterns
 * @param within the allowed patterns that limit them, if the intersection is not a pattern;
 *     otherwise empty
 */
public record Interest(Set<Topic> topics, Set<TopicPattern> patterns, Set<TopicPattern> within) {

  public Interest {
    topics = Set.copyOf(topics);
    patterns = Set.copyOf(patterns);
    within = Set.copyOf(within);
  }

  /** An interest whose patterns are not limited. */
  public Interest(Set<Topic> topics, Set<TopicPattern> patterns) {
    this(topics, patterns, Set.of());
  }

  /** The interest in one topic. */
  public static Interest in(Topic topic) {
    return new Interest(Set.of(topic), Set.of());
  }

  /** Creates an interest from requested topics and patterns. */
  public static Interest of(Collection<TopicPattern> requested) {
    Set<Topic> topics = new LinkedHashSet<>();
    Set<TopicPattern> patterns = new LinkedHashSet<>();
    for (TopicPattern pattern : requested) {
      if (pattern.isExact()) {
        topics.add(new Topic(pattern.toString()));
      } else {
        patterns.add(pattern);
      }
    }
    return new Interest(topics, patterns);
  }

  /** Whether it has no topics and no patterns. */
  public boolean isEmpty() {
    return topics.isEmpty() && patterns.isEmpty();
  }

  /** Whether it is in system topics, which are not in the log. */
  public boolean isReserved() {
    return topics.stream().anyMatch(Topic::isReserved);
  }

  /** Whether it has only exact topics, which can all have ended. */
  public boolean isExact() {
    return patterns.isEmpty() && !topics.isEmpty();
  }

  /** Whether it matches an update with these topics. */
  public boolean matches(List<Topic> updateTopics) {
    for (int i = 0; i < updateTopics.size(); i++) {
      if (matches(updateTopics.get(i))) {
        return true;
      }
    }
    return false;
  }

  /** Whether it matches a topic. */
  public boolean matches(Topic topic) {
    return topics.contains(topic) || matchesPattern(topic);
  }

  /** Whether a pattern matches a topic. */
  public boolean matchesPattern(Topic topic) {
    return matchesPattern(topic.name());
  }

  /** Whether a pattern matches the topic of a name. */
  public boolean matchesPattern(String name) {
    return TopicPattern.anyMatches(patterns, name)
        && (within.isEmpty() || TopicPattern.anyMatches(within, name));
  }
}
