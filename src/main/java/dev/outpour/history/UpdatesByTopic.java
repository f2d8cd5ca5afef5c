package dev.outpour.history;

import dev.outpour.update.Interest;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The retained updates of each topic, oldest first, so that the newest that match are found in
 * their own number and that of the topics, not of all updates. Not for use by several threads.
 */
final class UpdatesByTopic {

  private final Map<Topic, Deque<Update>> updates = new HashMap<>();

  void add(Update update) {
    for (Topic topic : update.topics()) {
      updates.computeIfAbsent(topic, first -> new ArrayDeque<>()).addLast(update);
    }
  }

  /** Removes what is the oldest of all. */
  void removeOldest(Update update) {
    for (Topic topic : update.topics()) {
      updates.computeIfPresent(
          topic,
          (name, own) -> {
            own.removeFirst();
            return own.isEmpty() ? null : own;
          });
    }
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
    for (Deque<Update> own : matching(interest)) {
      walks.add(new Walk(own.descendingIterator()));
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

  private List<Deque<Update>> matching(Interest interest) {
    List<Deque<Update>> matching = new ArrayList<>();
    if (interest.patterns().isEmpty()) {
      for (Topic topic : interest.topics()) {
        Deque<Update> own = updates.get(topic);
        if (own != null) {
          matching.add(own);
        }
      }
    } else {
      updates.forEach(
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
    private final Iterator<Update> back;
    private long at;

    Walk(Iterator<Update> back) {
      this.back = back;
      this.at = back.next().sequence();
    }

    boolean goBack() {
      boolean more = back.hasNext();
      if (more) {
        at = back.next().sequence();
      }
      return more;
    }
  }
}
