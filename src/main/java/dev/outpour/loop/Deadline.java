package dev.outpour.loop;

import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import java.util.concurrent.TimeUnit;

/**
 * The time until which an answer is useful. The asker can also withdraw the question. Long work
 * checks it between its steps. Any thread may call it.
 */
public final class Deadline {

  private final long endNanos;
  private final boolean endless;
  private volatile boolean withdrawn;

  private Deadline(long endNanos, boolean endless) {
    this.endNanos = endNanos;
    this.endless = endless;
  }

  /** A deadline some milliseconds from now. */
  public static Deadline in(long millis) {
    return new Deadline(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis), false);
  }

  /** A deadline that never passes by itself. */
  public static Deadline never() {
    return new Deadline(0, true);
  }

  /** Withdraws the question. */
  public void withdraw() {
    withdrawn = true;
  }

  /** Whether the deadline has passed or the question was withdrawn. */
  public boolean isOver() {
    return withdrawn || leftMillis() <= 0;
  }

  /** The milliseconds that are left, even if it was withdrawn; 0 or less if none. */
  public long leftMillis() {
    return endless ? Long.MAX_VALUE : TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
  }

  /**
   * Stops work whose result nobody waits for.
   *
   * @throws RefusedException {@link Refusal#tooLate}, if it is over
   */
  public void check() {
    if (isOver()) {
      throw Refusal.tooLate().asException();
    }
  }
}
