package dev.outpour.http.operate;

import dev.outpour.metrics.Latencies;
import dev.outpour.metrics.PrometheusMetrics.Counts;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.ToLongFunction;

/** What was counted at the last looks, for what came between them. For use on one event loop. */
final class RateWindow {

  /** Percentiles are of so many looks together: there may be few updates in each. */
  private static final int LOOKS = 5;

  private record Look(Counts counts, long nanos) {}

  private final Deque<Look> looks = new ArrayDeque<>();

  /** Begins anew: nobody has looked for a while. */
  void begin(Counts counts) {
    looks.clear();
    add(counts);
  }

  void add(Counts counts) {
    looks.addLast(new Look(counts, System.nanoTime()));
    if (looks.size() > LOOKS + 1) {
      looks.removeFirst();
    }
  }

  /** How many there were a second between the last two looks. */
  double perSecond(ToLongFunction<Counts> count) {
    Look last = looks.getLast();
    Look before = looks.stream().skip(Math.max(0, looks.size() - 2)).findFirst().orElse(last);
    double seconds = Math.max(1e-3, (last.nanos - before.nanos) / 1e9);
    return (count.applyAsLong(last.counts) - count.applyAsLong(before.counts)) / seconds;
  }

  /** How long deliveries took that came during the last looks. */
  Latencies latencies() {
    return looks.getLast().counts.latency().since(looks.getFirst().counts.latency());
  }
}
