package dev.outpour.history.index;

import dev.outpour.loop.Deadline;
import dev.outpour.update.Interest;
import dev.outpour.update.Topic;

/** Finds the topics in a {@link TopicTable} that an interest matches. */
final class TopicScan {

  /** A scan looks at the clock once for this many topics, a power of two less one. */
  private static final int CLOCK_MASK = 1_023;

  private TopicScan() {}

  /** Visits the topics that match and have retained updates after a sequence number. */
  static void eachAfter(
      TopicTable topics, long number, Interest interest, Deadline deadline, TopicVisitor visitor) {
    for (Topic topic : interest.topics()) {
      TopicEntry entry = topics.get(topic);
      if (entry != null
          && topics.isAfter(number, entry.newest)
          && !visitor.visit(topic, entry.newest)) {
        return;
      }
    }
    if (interest.patterns().isEmpty()) {
      return;
    }
    int looked = 0;
    for (TopicEntry entry = topics.first(); entry != null; entry = entry.next) {
      if ((++looked & CLOCK_MASK) == 0) {
        deadline.check();
      }
      long newest = entry.newest;
      if (topics.isAfter(number, newest) && interest.matchesPattern(entry.name)) {
        Topic topic = new Topic(entry.name);
        if (!interest.topics().contains(topic) && !visitor.visit(topic, newest)) {
          return;
        }
      }
    }
  }
}
