package dev.outpour.update;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a reader gets: a set of exact topics and a set of patterns. One filter for what is replayed
 * and what is live, for what is asked and what is allowed.
 *
 * <p>Two interests are equal if they name the same topics and patterns, in whatever order, so that
 * their readers share framed bytes.
 *
 * @param topics exact names
 * @param patterns what is asked for by pattern
 * @param within what the patterns are limited to, where asked and allowed together are no pattern;
 *     empty if they are not
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

  /** Divides what was asked for into names and patterns. */
  public static Interest of(Collection<TopicPattern> asked) {
    Set<Topic> topics = new LinkedHashSet<>();
    Set<TopicPattern> patterns = new LinkedHashSet<>();
    for (TopicPattern pattern : asked) {
      if (pattern.isExact()) {
        topics.add(new Topic(pattern.toString()));
      } else {
        patterns.add(pattern);
      }
    }
    return new Interest(topics, patterns);
  }

  /** Whether nothing is named. */
  public boolean isEmpty() {
    return topics.isEmpty() && patterns.isEmpty();
  }

  /** Whether it is in the hub's own topics, and so in nothing that the log holds. */
  public boolean isReserved() {
    return topics.stream().anyMatch(Topic::isReserved);
  }

  /** Whether topics are named and no patterns, so that all of them can have ended. */
  public boolean isExact() {
    return patterns.isEmpty() && !topics.isEmpty();
  }

  /** Whether an update with these topics is wanted. */
  public boolean matches(List<Topic> updateTopics) {
    for (int i = 0; i < updateTopics.size(); i++) {
      if (matches(updateTopics.get(i))) {
        return true;
      }
    }
    return false;
  }

  /** Whether a topic is wanted. */
  public boolean matches(Topic topic) {
    return topics.contains(topic) || matchesPattern(topic);
  }

  /** Whether a topic is wanted by a pattern. */
  public boolean matchesPattern(Topic topic) {
    return matchesPattern(topic.name());
  }

  /** Whether the topic of a name is wanted by a pattern. */
  public boolean matchesPattern(String name) {
    return TopicPattern.anyMatches(patterns, name)
        && (within.isEmpty() || TopicPattern.anyMatches(within, name));
  }
}
