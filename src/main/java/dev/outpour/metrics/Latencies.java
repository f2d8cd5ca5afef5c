package dev.outpour.metrics;

import java.util.OptionalDouble;

/** What a {@link LatencyHistogram} had recorded at one moment. */
public final class Latencies {

  private final long[] counts;
  private final double seconds;

  Latencies(long[] counts, double seconds) {
    this.counts = counts;
    this.seconds = seconds;
  }

  /** What has come since an earlier moment. */
  public Latencies since(Latencies earlier) {
    long[] more = counts.clone();
    for (int i = 0; i < more.length; i++) {
      more[i] -= earlier.counts[i];
    }
    return new Latencies(more, seconds - earlier.seconds);
  }

  /** How long all took together. */
  double seconds() {
    return seconds;
  }

  private long total() {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    return total;
  }

  /**
   * The time that a share of all did not exceed, evenly spread within its bucket; empty if there is
   * nothing.
   *
   * @param share above 0, at most 1
   */
  public OptionalDouble millis(double share) {
    double rank = total() * share;
    double before = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0 && before + counts[i] >= rank) {
        double start = LatencyHistogram.endSeconds(i - 1);
        double within = (rank - before) / counts[i];
        return OptionalDouble.of(
            1_000 * (start + within * (LatencyHistogram.endSeconds(i) - start)));
      }
      before += counts[i];
    }
    return OptionalDouble.empty();
  }

  /** How many were in each of the buckets that are published, the last of which has no end. */
  long[] published() {
    int parts = LatencyHistogram.parts();
    long[] published = new long[(counts.length - 1) / parts + 1];
    for (int i = 0; i < counts.length; i++) {
      published[i / parts] += counts[i];
    }
    return published;
  }
}
