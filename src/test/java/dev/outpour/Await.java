package dev.outpour;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition that nothing tells of: the one place that looks again and again. */
public final class Await {

  /** Far longer than anything takes on a loaded machine; only a failure takes so long. */
  public static final Duration LONG = Duration.ofSeconds(20);

  private static final long STEP_NANOS = 1_000_000;

  private Await() {}

  /** Returns when the condition holds; fails after {@link #LONG}, saying what was there instead. */
  public static void until(BooleanSupplier condition, Supplier<?> instead) {
    long end = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Not in " + LONG.toSeconds() + " s; it is: " + instead.get());
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
  }
}
