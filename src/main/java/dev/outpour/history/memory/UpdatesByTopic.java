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
 * The numbers of each topic's retained updates, so that the next and the newest that match are
 * found in their own number and that of the topics, not of all updates. Not for use by several
 * threads.
 */
final class UpdatesByTopic {

  private final Map<Topic, SequenceRing> numbers = new HashMap<>();

  void add(Update update) {
    for (Topic topic : update.topics()) {
      numbers.computeIfAbsent(topic, first -> new SequenceRing()).add(update.sequence());
    }
  }

  /** Removes what is the oldest of all. */
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
   * The number of the first update in one of the topics after another; {@link Long#MAX_VALUE} if
   * there is none.
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

  /** Adds the newest updates of a topic to those found, as a source of {@link NewestUpdates}. */
  void newest(Topic topic, NewestUpdates found) {
    SequenceRing own = numbers.get(topic);
    if (own == null) {
      return;
    }
    int place = own.upTo(found.moment());
    int last = Math.max(0, place - found.count());
    while (place > last && found.foundOne(own.get(place - 1))) {
      place--;
    }
  }

  /** Names all topics that are wanted, with the number of the newest update of each. */
  void each(Interest interest, ObjLongConsumer<Topic> found) {
    numbers.forEach(
        (topic, own) -> {
          if (interest.matches(topic)) {
            found.accept(topic, own.get(own.size() - 1));
          }
        });
  }
}
