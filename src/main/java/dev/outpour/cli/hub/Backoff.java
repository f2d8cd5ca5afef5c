package dev.outpour.cli.hub;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: longer each time, and never the same for all who lost the
 * same hub. For one thread.
 */
public final class Backoff {
  private static final long FIRST_MILLIS = 500;
  public static final long LONGEST_MILLIS = 30_000;

  private final RandomGenerator random;
  private long next = FIRST_MILLIS;

  public Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** The next one, between half of what it may be and all of it. */
  public long nextMillis() {
    long most = next;
    next = Math.min(LONGEST_MILLIS, 2 * next);
    return most / 2 + random.nextLong(most / 2 + 1);
  }

  /** Begins with short ones again. */
  public void reset() {
    next = FIRST_MILLIS;
  }
}
