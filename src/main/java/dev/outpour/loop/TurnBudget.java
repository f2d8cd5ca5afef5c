package dev.outpour.loop;

import java.util.concurrent.TimeUnit;

/** What one turn of the event loop may spend on delivery: 2 ms or 1 MB, whichever ends first. */
public final class TurnBudget {

  private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final int BYTES = 1 << 20;

  /** A turn has so many parts. */
  private static final int PARTS = 8;

  private final long begun = System.nanoTime();
  private final long nanos;
  private int bytes;

  public TurnBudget() {
    this(NANOS);
  }

  private TurnBudget(long nanos) {
    this.nanos = nanos;
  }

  /** A part of the time of a turn, that begins now. */
  public TurnBudget part() {
    return new TurnBudget(NANOS / PARTS);
  }

  public void spend(int bytes) {
    this.bytes += bytes;
  }

  public int bytesLeft() {
    return BYTES - bytes;
  }

  public boolean isSpent() {
    return bytes >= BYTES || isTimeUp();
  }

  /** A clock that never falls, in milliseconds. */
  public static long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  public boolean isTimeUp() {
    return System.nanoTime() - begun >= nanos;
  }
}
