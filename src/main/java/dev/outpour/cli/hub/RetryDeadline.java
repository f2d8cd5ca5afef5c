package dev.outpour.cli.hub;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long a hub that was there may be away, counted from the first trouble since all was well. For
 * one thread.
 */
public final class RetryDeadline {
  private final Duration most;
  private final Backoff pauses = new Backoff(ThreadLocalRandom.current());
  private boolean isTried;
  private long sinceNanos;

  public RetryDeadline(Duration most) {
    this.most = most;
  }

  /** All is well. */
  public void calm() {
    isTried = false;
    pauses.reset();
  }

  /** All is well if it has been so for as long as this may be tried. */
  public void calmAfter(long wellNanos) {
    if (wellNanos > most.toNanos()) {
      calm();
    }
  }

  /** Notes trouble; whether there has been too much of it. */
  public boolean isLost() {
    long now = System.nanoTime();
    if (!isTried) {
      isTried = true;
      sinceNanos = now;
    }
    return now - sinceNanos > most.toNanos();
  }

  /** How long to wait before the next try. */
  public long pauseMillis() {
    return pauses.nextMillis();
  }

  @Override
  public String toString() {
    return most.toSeconds() + " s";
  }
}
