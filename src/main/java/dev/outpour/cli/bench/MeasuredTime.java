package dev.outpour.cli.bench;

import java.time.Duration;

/**
 * When what is measured begins and ends, in nanoseconds of one clock that began with this object.
 * Thread-safe; {@link #begin} is called once, before anything is published.
 */
final class MeasuredTime {
  private final long origin = System.nanoTime();

  private volatile long begin = Long.MAX_VALUE;
  private volatile long from = Long.MAX_VALUE;
  private volatile long end = Long.MAX_VALUE;

  long now() {
    return System.nanoTime() - origin;
  }

  void begin(Duration warmup, Duration measured) {
    long now = now();
    from = now + warmup.toNanos();
    end = from + measured.toNanos();
    begin = now;
  }

  /** When publishing begins, the warm-up included. */
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

  /** Whether a moment is in the time that is measured. */
  boolean measures(long nanos) {
    return nanos >= from && nanos < end;
  }
}
