package dev.outpour.history.memory;

import dev.outpour.history.index.NewestUpdates;
import dev.outpour.update.Interest;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjLongConsumer;

/**
 * The sequence numbers of each topic's retained updates. It finds the next and the newest updates
 * in a time that grows with the topics asked for, not with the log. Not thread-safe.
 */
final class UpdatesByTopic {

  private final Map<Topic, SequenceRing> numbers = new HashMap<>();

  void add(Update update) {
    for (Topic topic : update.topics()) {
      numbers.computeIfAbsent(topic, first -> new SequenceRing()).add(update.sequence());
    }
  }

  /** Removes the oldest update of all. */
  void removeOldest(Update update) {
    for (Topic topic : update.topics()) {
      numbers.computeIfPresent(
          topic,
          (name, own) -> {
            own.removeFirst();
            return own.size() == 0 ? null : own;
          });
    }
  }

  /**
   * The first update in one of the topics after a sequence number; {@link Long#MAX_VALUE} if there
   * is none.
   */
  long next(long after, Set<Topic> topics) {
    long next = Long.MAX_VALUE;
    for (Topic topic : topics) {
      SequenceRing own = numbers.get(topic);
      if (own != null) {
        next = Math.min(next, own.above(after));
      }
    }
    return next;
  }

  /** Adds the newest updates of a topic, as a source of {@link NewestUpdates}. */
  void newest(Topic topic, NewestUpdates found) {
    SequenceRing own = numbers.get(topic);
    if (own == null) {
      return;
    }
    int index = own.upTo(found.moment());
    int last = Math.max(0, index - found.count());
    while (index > last && found.foundOne(own.get(index - 1))) {
      index--;
    }
  }

  /** Visits all topics that match, with the newest update of each. */
  void each(Interest interest, ObjLongConsumer<Topic> found) {
    numbers.forEach(
        (topic, own) -> {
          if (interest.matches(topic)) {
            found.accept(topic, own.get(own.size() - 1));
          }
        });
  }
}
