package dev.outpour.http;

import java.util.concurrent.TimeUnit;

/** What one turn of the event loop may spend on delivery: 2 ms or 1 MB, whichever ends first. */
final class Budget {

  private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final int BYTES = 1 << 20;

  private final long begun = System.nanoTime();
  private int bytes;

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
    return System.nanoTime() - begun >= NANOS;
  }
}
