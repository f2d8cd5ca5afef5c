package dev.outpour.metrics;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often something took how long, in buckets that are fixed: an eighth of the step from one of
 * the published bounds to the next, so that a percentile is true to some hundredths.
 *
 * <p>It may be used from any thread, and to record costs some ten nanoseconds and no memory.
 */
final class LatencyHistogram {

  /** What the buckets that are published end with. */
  static final double[] BOUNDS_SECONDS = {
    0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
  };

  private static final int PARTS = 8;
  private static final int BUCKETS = BOUNDS_SECONDS.length * PARTS;
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long[] ENDS_NANOS = ends();

  /** One for each of {@link #ENDS_NANOS}, and one for what is beyond. */
  private final AtomicLongArray counts = new AtomicLongArray(BUCKETS + 1);

  private final LongAdder nanos = new LongAdder();

  private static long[] ends() {
    long[] ends = new long[BUCKETS];
    double before = 0;
    for (int i = 0; i < BUCKETS; i++) {
      double next = BOUNDS_SECONDS[i / PARTS];
      ends[i] = Math.round((before + (next - before) * (i % PARTS + 1) / PARTS) * NANOS);
      before = i % PARTS == PARTS - 1 ? next : before;
    }
    return ends;
  }

  /** Records that something took so long, so many times. */
  void record(long took, long times) {
    counts.addAndGet(bucket(took), times);
    nanos.add(took * times);
  }

  private static int bucket(long took) {
    int low = 0;
    int high = BUCKETS;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ENDS_NANOS[middle] < took) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** What was recorded so far. */
  Latencies read() {
    long[] copy = new long[BUCKETS + 1];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = counts.get(i);
    }
    return new Latencies(copy, nanos.sum() / NANOS);
  }

  /** The end of a bucket, in seconds; the last one has none, and is taken for the one before. */
  static double endSeconds(int bucket) {
    return bucket < 0 ? 0 : ENDS_NANOS[Math.min(bucket, BUCKETS - 1)] / NANOS;
  }

  /** How many of these buckets one that is published has. */
  static int parts() {
    return PARTS;
  }
}
