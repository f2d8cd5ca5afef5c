package dev.outpour.cli.bench;

import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The result of a bench. Updates of the warm-up are checked, but not counted as published or
 * delivered.
 *
 * @param plan what was run
 * @param connectMillis how long connecting all subscribers took
 * @param counts a value for each counter
 * @param times the latencies
 * @param failures failed publishes, by status
 * @param hubEvents the hub's own events, by name and reason
 */
record BenchResult(
    BenchPlan plan,
    long connectMillis,
    Map<Counter, Long> counts,
    Times times,
    Map<String, Long> failures,
    Map<String, Long> hubEvents) {

  /**
   * Latencies, measured from the moment an update was due.
   *
   * @param delivery until it arrived at each subscriber
   * @param answer until it was acknowledged
   */
  record Times(Percentiles delivery, Percentiles answer) {}

  static BenchResult of(BenchPlan plan, BenchStats stats, long connectMillis, long lost) {
    Map<Counter, Long> counts = new EnumMap<>(stats.sums());
    counts.put(Counter.LOST, lost);
    return new BenchResult(
        plan,
        connectMillis,
        counts,
        new Times(stats.delivery(), stats.answers()),
        stats.sums(loop -> loop.failures),
        stats.sums(loop -> loop.hubEvents));
  }

  long count(Counter counter) {
    return counts.getOrDefault(counter, 0L);
  }

  double perSecond(Counter counter) {
    return count(counter) / plan.measuredSeconds();
  }

  /** Whether the hub accepted every update and each subscriber received each once, in order. */
  boolean isClean() {
    long faults =
        Stream.of(
                Counter.LOST,
                Counter.DOUBLED,
                Counter.OUT_OF_ORDER,
                Counter.FOREIGN,
                Counter.CONNECTIONS_LOST)
            .mapToLong(this::count)
            .sum();
    return faults == 0 && count(Counter.PUBLISHED) > 0 && failures.isEmpty();
  }
}
