package dev.outpour.history;

import dev.outpour.update.Interest;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * The numbers of each topic's retained updates, so that the next and the newest that match are
 * found in their own number and that of the topics, not of all updates. Not for use by several
 * threads.
 */
final class UpdatesByTopic {

  private final Map<Topic, Numbers> numbers = new HashMap<>();

  void add(Update update) {
    for (Topic topic : update.topics()) {
      numbers.computeIfAbsent(topic, first -> new Numbers()).add(update.sequence());
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
      Numbers own = numbers.get(topic);
      if (own != null) {
        next = Math.min(next, own.above(after));
      }
    }
    return next;
  }

  /**
   * The number of the oldest of the newest updates that match.
   *
   * @param count how many to go back
   * @param otherwise what to return if fewer match
   */
  long oldestOfNewest(int count, Interest interest, long otherwise) {
    Comparator<Walk> newestFirst = Comparator.comparingLong(walk -> -walk.at);
    PriorityQueue<Walk> walks = new PriorityQueue<>(newestFirst);
    for (Numbers own : matching(interest)) {
      walks.add(new Walk(own));
    }
    long last = Long.MAX_VALUE;
    int found = 0;
    for (Walk walk = walks.poll(); walk != null; walk = walks.poll()) {
      // An update with several matching topics is come by several times, and counts once.
      if (walk.at < last) {
        last = walk.at;
        if (++found == count) {
          return last;
        }
      }
      if (walk.goBack()) {
        walks.add(walk);
      }
    }
    return otherwise;
  }

  private List<Numbers> matching(Interest interest) {
    List<Numbers> matching = new ArrayList<>();
    if (interest.patterns().isEmpty()) {
      for (Topic topic : interest.topics()) {
        Numbers own = numbers.get(topic);
        if (own != null) {
          matching.add(own);
        }
      }
    } else {
      numbers.forEach(
          (topic, own) -> {
            if (interest.matches(topic)) {
              matching.add(own);
            }
          });
    }
    return matching;
  }

  /** A way back through the updates of a topic. */
  private static final class Walk {
    private final Numbers numbers;
    private int place;
    private long at;

    Walk(Numbers numbers) {
      this.numbers = numbers;
      this.place = numbers.size() - 1;
      this.at = numbers.get(place);
    }

    boolean goBack() {
      if (place == 0) {
        return false;
      }
      at = numbers.get(--place);
      return true;
    }
  }
}
