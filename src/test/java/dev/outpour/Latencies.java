package dev.outpour;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Counts latencies in buckets a tenth apart. Thread-safe. */
public final class Latencies {

  private static final double STEP = Math.log(1.1);

  private final long[] buckets = new long[256];
  private long count;
  private long longest;

  /** Records a latency. */
  public synchronized void add(long nanos) {
    long micros = Math.max(1, TimeUnit.NANOSECONDS.toMicros(nanos));
    buckets[(int) Math.min(buckets.length - 1, Math.log(micros) / STEP)]++;
    count++;
    longest = Math.max(longest, micros);
  }

  /** Resets all counts. */
  public synchronized void clear() {
    Arrays.fill(buckets, 0);
    count = 0;
    longest = 0;
  }

  /** The number of recorded latencies. */
  public synchronized long count() {
    return count;
  }

  /** The latency in milliseconds that a share of all did not exceed, up to a tenth too high. */
  public synchronized double quantile(double share) {
    long below = 0;
    for (int i = 0; i < buckets.length; i++) {
      below += buckets[i];
      if (below >= share * count) {
        return Math.min(longest, Math.exp((i + 1) * STEP)) / 1_000;
      }
    }
    return 0;
  }

  @Override
  public synchronized String toString() {
    return String.format(
        "p50 %.1f ms, p99 %.1f ms, longest %.1f ms of %d",
        quantile(0.5), quantile(0.99), longest / 1_000.0, count);
  }
}
