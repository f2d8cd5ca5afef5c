package dev.outpour.loop;

import java.util.concurrent.TimeUnit;

/** The budget of one turn of the event loop for delivery: 2 ms or 1 MB, whichever ends first. */
public final class TurnBudget {

  private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final int BYTES = 1 << 20;

  /** The number of parts of a turn. */
  private static final int PARTS = 8;

  private final long started = System.nanoTime();
  private final long nanos;
  private int bytes;

  public TurnBudget() {
    this(NANOS);
  }

  private TurnBudget(long nanos) {
    this.nanos = nanos;
  }

  /** A budget with a part of a turn's time, from now on. */
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

  /** A monotonic clock, in milliseconds. */
  public static long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  public boolean isTimeUp() {
    return System.nanoTime() - started >= nanos;
  }
}
