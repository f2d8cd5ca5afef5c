package dev.outpour.http.delivery;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The subscribers of one event loop whose tokens expire, ordered by the second of their end.
 *
 * <p>It needs no timer: {@link #due} tells at once if nothing is due. For use on that loop only.
 */
final class ExpiryQueue {

  private static final long SECOND_MILLIS = 1_000;

  private final TreeMap<Long, Set<Subscriber>> bySecond = new TreeMap<>();

  void add(Subscriber subscriber) {
    bySecond.computeIfAbsent(second(subscriber), first -> new HashSet<>()).add(subscriber);
  }

  void remove(Subscriber subscriber) {
    bySecond.computeIfPresent(
        second(subscriber),
        (same, streams) -> {
          streams.remove(subscriber);
          return streams.isEmpty() ? null : streams;
        });
  }

  /** Some that have expired; nobody if there are none. */
  List<Subscriber> due(long nowMillis) {
    Map.Entry<Long, Set<Subscriber>> first = bySecond.firstEntry();
    return first == null || first.getKey() * SECOND_MILLIS > nowMillis
        ? List.of()
        : List.copyOf(first.getValue());
  }

  /** The first whole second at or after its end. */
  private static long second(Subscriber subscriber) {
    return Math.floorDiv(subscriber.admitted.endMillis() + SECOND_MILLIS - 1, SECOND_MILLIS);
  }
}
