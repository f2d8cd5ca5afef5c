package dev.outpour.http.operate;

import dev.outpour.http.delivery.InterestGroup;
import dev.outpour.update.Interest;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import java.util.Optional;

/**
 * Which readers are asked about. Immutable.
 *
 * @param topic those who read something of it; empty: all
 * @param from those with this number, and those who came after
 * @param most how many to describe
 */
public record SubscriberFilter(Optional<TopicPattern> topic, long from, int most) {

  /** Whether it takes in a group's readers. */
  boolean takes(InterestGroup group) {
    return topic.isEmpty() || takes(group.interest(), topic.get());
  }

  private static boolean takes(Interest interest, TopicPattern asked) {
    if (asked.isExact()) {
      return interest.matches(new Topic(asked.toString()));
    }
    return interest.topics().stream().anyMatch(asked::matches)
        || interest.patterns().stream().anyMatch(asked::overlaps);
  }
}
