package dev.outpour.metrics;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;

/** Measures commits: how long they take, and how much each of them writes. */
final class CommitMeters {

  private final Timer duration;
  private final DistributionSummary updates;
  private final DistributionSummary bytes;

  CommitMeters(MeterRegistry registry) {
    duration =
        Timer.builder("outpour.commit.duration")
            .description("How long it takes to write a group of updates durably")
            .serviceLevelObjectives(
                DoubleStream.of(LatencyHistogram.BOUNDS_SECONDS)
                    .mapToObj(seconds -> Duration.ofNanos(Math.round(seconds * 1e9)))
                    .toArray(Duration[]::new))
            .register(registry);
    updates =
        DistributionSummary.builder("outpour.commit.updates")
            .description("Updates in a written group")
            .serviceLevelObjectives(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)
            .register(registry);
    bytes =
        DistributionSummary.builder("outpour.commit.size")
            .description("Data in a written group")
            .baseUnit(BaseUnits.BYTES)
            .serviceLevelObjectives(256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576)
            .register(registry);
  }

  void record(int updates, long bytes, long nanos) {
    duration.record(nanos, TimeUnit.NANOSECONDS);
    this.updates.record(updates);
    this.bytes.record((double) bytes);
  }
}
