package dev.outpour.http.delivery;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.TreeMap;

/**
 * The order in which subscribers that are behind are served: nobody twice in a round, and within a
 * round those with the lowest cursor first, so that they share the page they read. For use on one
 * event loop.
 */
final class CatchUpQueue {

  private NavigableMap<Long, Queue<Subscriber>> round = new TreeMap<>();
  private NavigableMap<Long, Queue<Subscriber>> nextRound = new TreeMap<>();

  /** Adds a subscriber to the next round. */
  void add(Subscriber subscriber) {
    nextRound.computeIfAbsent(subscriber.cursor, first -> new ArrayDeque<>()).add(subscriber);
  }

  boolean isEmpty() {
    return round.isEmpty() && nextRound.isEmpty();
  }

  /** Removes the subscriber whose turn it is; the queue must not be empty. */
  Subscriber remove() {
    if (round.isEmpty()) {
      var done = round;
      round = nextRound;
      nextRound = done;
    }
    Map.Entry<Long, Queue<Subscriber>> lowest = round.firstEntry();
    Subscriber subscriber = lowest.getValue().remove();
    if (lowest.getValue().isEmpty()) {
      round.remove(lowest.getKey());
    }
    return subscriber;
  }
}
