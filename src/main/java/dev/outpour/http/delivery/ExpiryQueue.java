package dev.outpour.http.delivery;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The readers of one event loop whose tokens have an end, in the order of these, to the second. It
 * needs no timer: whoever looks every now and then finds at once that nothing is due. For use on
 * that loop only.
 */
final class ExpiryQueue {

  private static final long SECOND_MILLIS = 1_000;

  private final TreeMap<Long, Set<Subscriber>> bySecond = new TreeMap<>();

  void add(Subscriber stream) {
    bySecond.computeIfAbsent(second(stream), first -> new HashSet<>()).add(stream);
  }

  void remove(Subscriber stream) {
    bySecond.computeIfPresent(
        second(stream),
        (same, streams) -> {
          streams.remove(stream);
          return streams.isEmpty() ? null : streams;
        });
  }

  /** Some whose end has come; nobody if there is none. */
  List<Subscriber> due(long nowMillis) {
    Map.Entry<Long, Set<Subscriber>> first = bySecond.firstEntry();
    return first == null || first.getKey() * SECOND_MILLIS > nowMillis
        ? List.of()
        : List.copyOf(first.getValue());
  }

  /** The first whole second at or after its end. */
  private static long second(Subscriber stream) {
    return Math.floorDiv(stream.admitted.endMillis() + SECOND_MILLIS - 1, SECOND_MILLIS);
  }
}
