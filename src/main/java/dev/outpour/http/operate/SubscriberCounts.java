package dev.outpour.http.operate;

import dev.outpour.http.delivery.Subscriber;
import dev.outpour.http.delivery.Subscribers;
import dev.outpour.update.Topic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The subscribers of one or several event loops, counted at one moment. Immutable.
 *
 * @param subscribers how many there are
 * @param behind how many have not received everything up to the head of their loop
 * @param furthestBehind the lag of the slowest subscriber, in positions
 * @param watching how many subscribe to the hub's own topics
 * @param byTopic how many want a topic, for the topics in question
 */
public record SubscriberCounts(
    int subscribers, int behind, long furthestBehind, int watching, Map<Topic, Integer> byTopic) {

  /**
   * Counts the subscribers of the caller's event loop.
   *
   * @param last the number of the newest update
   * @param byTopic how many want a topic, for the topics in question
   */
  public static SubscriberCounts of(
      Subscribers subscribers, long last, Map<Topic, Integer> byTopic) {
    int behind = 0;
    long furthest = 0;
    for (Subscriber each : subscribers.subscribers()) {
      if (each.state() == Subscriber.State.BEHIND) {
        behind++;
        furthest = Math.max(furthest, last - each.cursor());
      }
    }
    return new SubscriberCounts(
        subscribers.size(), behind, furthest, subscribers.system().size(), byTopic);
  }

  /** Adds up several counts. */
  public static SubscriberCounts sum(List<SubscriberCounts> all) {
    Map<Topic, Integer> byTopic = new HashMap<>();
    all.forEach(
        each -> each.byTopic.forEach((topic, count) -> byTopic.merge(topic, count, Integer::sum)));
    return new SubscriberCounts(
        all.stream().mapToInt(SubscriberCounts::subscribers).sum(),
        all.stream().mapToInt(SubscriberCounts::behind).sum(),
        all.stream().mapToLong(SubscriberCounts::furthestBehind).max().orElse(0),
        all.stream().mapToInt(SubscriberCounts::watching).sum(),
        byTopic);
  }
}
