package dev.outpour.metrics;

import java.util.OptionalDouble;
import org.HdrHistogram.AbstractHistogram;

/** The latencies recorded up to one moment, or between two. Immutable. */
public final class Latencies {

  private final AbstractHistogram nanos;

  /**
   * @param nanos a copy that nobody changes
   */
  Latencies(AbstractHistogram nanos) {
    this.nanos = nanos;
  }

  /** The latencies recorded after an earlier moment. */
  public Latencies since(Latencies earlier) {
    AbstractHistogram later = nanos.copy();
    later.subtract(earlier.nanos);
    return new Latencies(later);
  }

  /**
   * The latency that a share of all did not exceed; empty if none was recorded.
   *
   * @param share above 0, at most 1
   */
  public OptionalDouble millis(double share) {
    return count() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(nanos.getValueAtPercentile(100 * share) / 1e6);
  }

  long count() {
    return nanos.getTotalCount();
  }

  /** How many latencies did not exceed one. */
  long countUpTo(long mostNanos) {
    return nanos.getCountBetweenValues(0, mostNanos);
  }
}
