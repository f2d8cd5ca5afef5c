package dev.outpour.http.operate;

import dev.outpour.http.delivery.Subscriber;
import dev.outpour.http.delivery.Subscribers;
import dev.outpour.update.Topic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the readers of an event loop, or of several, stand at one moment. Immutable.
 *
 * @param readers how many there are
 * @param behind how many have not been given all up to the head of their loop
 * @param furthestBehind by how many positions the slowest is behind the log as it is known here
 * @param watching how many of them read what the hub itself tells
 * @param readersOf how many want a topic, for those asked about
 */
public record SubscriberCounts(
    int readers, int behind, long furthestBehind, int watching, Map<Topic, Integer> readersOf) {

  /**
   * Counts the readers of the caller's event loop.
   *
   * @param last the number of the newest update
   * @param readersOf how many of them want a topic, for those asked about
   */
  public static SubscriberCounts of(
      Subscribers audience, long last, Map<Topic, Integer> readersOf) {
    int behind = 0;
    long furthest = 0;
    for (Subscriber stream : audience.subscribers()) {
      if (stream.state() == Subscriber.State.BEHIND) {
        behind++;
        furthest = Math.max(furthest, last - stream.cursor());
      }
    }
    return new SubscriberCounts(
        audience.size(), behind, furthest, audience.system().size(), readersOf);
  }

  /** Those of several event loops together. */
  public static SubscriberCounts sum(List<SubscriberCounts> all) {
    Map<Topic, Integer> readersOf = new HashMap<>();
    all.forEach(
        each ->
            each.readersOf.forEach((topic, count) -> readersOf.merge(topic, count, Integer::sum)));
    return new SubscriberCounts(
        all.stream().mapToInt(SubscriberCounts::readers).sum(),
        all.stream().mapToInt(SubscriberCounts::behind).sum(),
        all.stream().mapToLong(SubscriberCounts::furthestBehind).max().orElse(0),
        all.stream().mapToInt(SubscriberCounts::watching).sum(),
        readersOf);
  }
}
