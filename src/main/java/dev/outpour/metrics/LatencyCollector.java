package dev.outpour.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

/** A {@link LatencyHistogram} as Prometheus has it. */
record LatencyCollector(String name, String help, LatencyHistogram histogram) implements Collector {

  @Override
  public MetricSnapshot collect() {
    Latencies now = histogram.read();
    long[] counts = now.published();
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    for (int i = 0; i < counts.length; i++) {
      double end =
          i < LatencyHistogram.BOUNDS_SECONDS.length
              ? LatencyHistogram.BOUNDS_SECONDS[i]
              : Double.POSITIVE_INFINITY;
      buckets.bucket(end, counts[i]);
    }
    return HistogramSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(
            HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(buckets.build())
                .sum(now.seconds())
                .build())
        .build();
  }

  @Override
  public MetricFamilyDescriptor getMetricFamilyDescriptor() {
    return MetricFamilyDescriptor.histogram(name).help(help).build();
  }
}
