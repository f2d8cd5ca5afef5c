package dev.outpour.cli.bench;

import dev.outpour.cli.bench.BenchPlan.Schedule;

/**
 * The warm-up and the measured time of a run, in nanoseconds of one clock. Thread-safe; {@link
 * #begin} is called once, before anything is published.
 */
final class MeasuredTime {
  private final long origin = System.nanoTime();

  private volatile long begin = Long.MAX_VALUE;
  private volatile long from = Long.MAX_VALUE;
  private volatile long end = Long.MAX_VALUE;

  long now() {
    return System.nanoTime() - origin;
  }

  void begin(Schedule schedule) {
    long now = now();
    from = now + schedule.warmup().toNanos();
    end = from + schedule.measured().toNanos();
    begin = now;
  }

  /** When publishing begins, which is also the start of the warm-up. */
  long begin() {
    return begin;
  }

  /** When the warm-up ends. */
  long from() {
    return from;
  }

  /** When publishing ends. */
  long end() {
    return end;
  }

  /** Whether a moment lies within the measured time. */
  boolean includes(long nanos) {
    return nanos >= from && nanos < end;
  }
}
