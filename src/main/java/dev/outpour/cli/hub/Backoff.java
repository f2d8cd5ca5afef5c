package dev.outpour.cli;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: longer each time, and never the same for all who lost the
 * same hub. For one thread.
 */
final class Pauses {
  private static final long FIRST_MILLIS = 500;
  static final long LONGEST_MILLIS = 30_000;

  private final RandomGenerator random;
  private long next = FIRST_MILLIS;

  Pauses(RandomGenerator random) {
    this.random = random;
  }

  /** The next one, between half of what it may be and all of it. */
  long nextMillis() {
    long most = next;
    next = Math.min(LONGEST_MILLIS, 2 * next);
    return most / 2 + random.nextLong(most / 2 + 1);
  }

  /** Begins with short ones again. */
  void reset() {
    next = FIRST_MILLIS;
  }
}
