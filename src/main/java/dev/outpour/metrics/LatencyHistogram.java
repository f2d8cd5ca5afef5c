package dev.outpour.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Records latencies with a precision of one percent, and exports them to Prometheus in fixed
 * buckets. Any thread may record, without a lock and without allocation.
 */
final class LatencyHistogram implements Collector {

  /** The upper bounds of the exported buckets. */
  static final double[] BOUNDS_SECONDS = {
    0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
  };

  private static final long LEAST_NANOS = TimeUnit.MICROSECONDS.toNanos(1);

  /** Longer latencies count as this one. */
  private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final String name;
  private final String help;
  private final ConcurrentHistogram nanos = new ConcurrentHistogram(LEAST_NANOS, MOST_NANOS, 2);
  private final LongAdder sumNanos = new LongAdder();

  LatencyHistogram(String name, String help) {
    this.name = name;
    this.help = help;
  }

  /** Records a latency several times. */
  void record(long latencyNanos, long times) {
    nanos.recordValueWithCount(Math.max(0, Math.min(latencyNanos, MOST_NANOS)), times);
    sumNanos.add(latencyNanos * times);
  }

  /** The latencies recorded so far. */
  Latencies read() {
    return new Latencies(nanos.copy());
  }

  @Override
  public MetricSnapshot collect() {
    double sumSeconds = sumNanos.sum() / 1e9;
    Latencies now = read();
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    long below = 0;
    for (double bound : BOUNDS_SECONDS) {
      long upTo = now.countUpTo(Math.round(bound * 1e9));
      buckets.bucket(bound, upTo - below);
      below = upTo;
    }
    buckets.bucket(Double.POSITIVE_INFINITY, now.count() - below);
    return HistogramSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(
            HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(buckets.build())
                .sum(sumSeconds)
                .build())
        .build();
  }

  @Override
  public MetricFamilyDescriptor getMetricFamilyDescriptor() {
    return MetricFamilyDescriptor.histogram(name).help(help).build();
  }
}
