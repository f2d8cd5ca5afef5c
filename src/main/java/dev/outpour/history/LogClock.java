package dev.outpour.history;

import java.util.function.LongSupplier;

/**
 * The time of updates: it never falls, and knows when it cannot be trusted to judge age.
 *
 * <p>The wall clock may be set while the hub runs. The monotonic clock shows by how much: after a
 * jump of more than a minute {@link #isSteady} is false until the wall clock has kept pace for ten
 * minutes, so that a clock set wrong for a while removes nothing. Not for use by several threads.
 */
final class LogClock {

  private static final long JUMP_MILLIS = 60_000;
  private static final long STEADY_MILLIS = 600_000;

  private final LongSupplier wallMillis;
  private final LongSupplier monotonicNanos;
  private long offsetMillis;
  private long steadyFromMillis = Long.MIN_VALUE;
  private long last;

  LogClock(LongSupplier wallMillis, LongSupplier monotonicNanos) {
    this.wallMillis = wallMillis;
    this.monotonicNanos = monotonicNanos;
    this.offsetMillis = wallMillis.getAsLong() - monotonicMillis();
  }

  static LogClock system() {
    return new LogClock(System::currentTimeMillis, System::nanoTime);
  }

  /** Goes on from the time of an update that is in the log already. */
  void notBefore(long millis) {
    last = Math.max(last, millis);
  }

  /** Milliseconds since 1970, never less than before. */
  long nextMillis() {
    last = Math.max(last, wallMillis.getAsLong());
    return last;
  }

  /** The wall clock as it is, in milliseconds since 1970. */
  long wallMillis() {
    return wallMillis.getAsLong();
  }

  /** Whether the wall clock may be believed for removing what is old. */
  boolean isSteady() {
    long monotonic = monotonicMillis();
    long offset = wallMillis.getAsLong() - monotonic;
    if (Math.abs(offset - offsetMillis) > JUMP_MILLIS) {
      steadyFromMillis = monotonic + STEADY_MILLIS;
      offsetMillis = offset;
    }
    return monotonic >= steadyFromMillis;
  }

  private long monotonicMillis() {
    return monotonicNanos.getAsLong() / 1_000_000;
  }
}
