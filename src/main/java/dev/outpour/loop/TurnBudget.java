package dev.outpour.http;

import java.util.concurrent.TimeUnit;

/** What one turn of the event loop may spend on delivery: 2 ms or 1 MB, whichever ends first. */
final class Budget {

  private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final int BYTES = 1 << 20;

  /** A turn has so many parts. */
  private static final int PARTS = 8;

  private final long begun = System.nanoTime();
  private final long nanos;
  private int bytes;

  Budget() {
    this(NANOS);
  }

  private Budget(long nanos) {
    this.nanos = nanos;
  }

  /** A part of the time of a turn, that begins now. */
  Budget part() {
    return new Budget(NANOS / PARTS);
  }

  void spend(int bytes) {
    this.bytes += bytes;
  }

  int bytesLeft() {
    return BYTES - bytes;
  }

  boolean isSpent() {
    return bytes >= BYTES || isTimeUp();
  }

  /** A clock that never falls, in milliseconds. */
  static long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  boolean isTimeUp() {
    return System.nanoTime() - begun >= nanos;
  }
}
