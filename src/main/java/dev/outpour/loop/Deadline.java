package dev.outpour.loop;

import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import java.util.concurrent.TimeUnit;

/**
 * Until when an answer is of use: up to a moment, or until the one who asked has withdrawn the
 * question. Work that takes long looks at it between its steps. It may be used from any thread.
 */
public final class Deadline {

  private final long endNanos;
  private final boolean endless;
  private volatile boolean withdrawn;

  private Deadline(long endNanos, boolean endless) {
    this.endNanos = endNanos;
    this.endless = endless;
  }

  /** The deadline so many milliseconds from now. */
  public static Deadline in(long millis) {
    return new Deadline(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis), false);
  }

  /** A deadline that does not come by itself. */
  public static Deadline never() {
    return new Deadline(0, true);
  }

  /** Says that nobody waits for the answer any more. */
  public void withdraw() {
    withdrawn = true;
  }

  /** Whether nobody waits for the answer any more. */
  public boolean isOver() {
    return withdrawn || leftMillis() <= 0;
  }

  /** How many milliseconds are left, withdrawn or not; 0 or less if none. */
  public long leftMillis() {
    return endless ? Long.MAX_VALUE : TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
  }

  /**
   * Ends work of which nobody waits for the result any more.
   *
   * @throws RefusedException {@link Refusal#tooLate}, if the deadline is over
   */
  public void check() {
    if (isOver()) {
      throw Refusal.tooLate().asException();
    }
  }
}
