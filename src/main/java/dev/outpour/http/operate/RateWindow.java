package dev.outpour.http.operate;

import dev.outpour.metrics.Latencies;
import dev.outpour.metrics.PrometheusMetrics.Counts;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.ToLongFunction;

/** Computes rates from the counters of the last samples. For use on one event loop. */
final class RateWindow {

  /** Percentiles cover this many samples: a single one may have few updates. */
  private static final int SAMPLES = 5;

  private record Sample(Counts counts, long nanos) {}

  private final Deque<Sample> samples = new ArrayDeque<>();

  /** Restarts with one sample. */
  void begin(Counts counts) {
    samples.clear();
    add(counts);
  }

  void add(Counts counts) {
    samples.addLast(new Sample(counts, System.nanoTime()));
    if (samples.size() > SAMPLES + 1) {
      samples.removeFirst();
    }
  }

  /** The rate a second between the last two samples. */
  double perSecond(ToLongFunction<Counts> count) {
    Sample last = samples.getLast();
    Sample before = samples.stream().skip(Math.max(0, samples.size() - 2)).findFirst().orElse(last);
    double seconds = Math.max(1e-3, (last.nanos - before.nanos) / 1e9);
    return (count.applyAsLong(last.counts) - count.applyAsLong(before.counts)) / seconds;
  }

  /** The latencies of the deliveries during the window. */
  Latencies latencies() {
    return samples.getLast().counts.latency().since(samples.getFirst().counts.latency());
  }
}
