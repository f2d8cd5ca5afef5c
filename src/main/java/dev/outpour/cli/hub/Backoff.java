package dev.outpour.cli.hub;

import java.util.random.RandomGenerator;

/**
 * Exponential backoff with jitter, so that clients which lost the same hub do not return at once.
 * Not thread-safe.
 */
final class Backoff {
  static final long MAX_MILLIS = 30_000;
  private static final long FIRST_MILLIS = 500;

  private final RandomGenerator random;
  private long next = FIRST_MILLIS;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** The next pause, a random part from half to all of its maximum. */
  long nextMillis() {
    long max = next;
    next = Math.min(MAX_MILLIS, 2 * next);
    return max / 2 + random.nextLong(max / 2 + 1);
  }

  /** Starts over with the shortest pause. */
  void reset() {
    next = FIRST_MILLIS;
  }
}
