package dev.outpour;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions on other threads. Only this class polls. */
public final class Await {

  /** Far longer than anything takes on a loaded machine. Only failures take so long. */
  public static final Duration LONG = Duration.ofSeconds(30);

  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private Await() {}

  /** The result of a future. Its failure is the cause of an {@link AssertionError}. */
  public static <T> T result(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(LONG.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("It failed", e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("Nothing came for " + LONG.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted", e);
    }
  }

  /** The failure of a future. */
  public static Throwable failure(Future<?> future) {
    return result(
        future.transform(
            ended ->
                ended.failed()
                    ? Future.succeededFuture(ended.cause())
                    : Future.failedFuture("It should have failed")));
  }

  /** Waits until a condition holds. */
  public static void until(String what, BooleanSupplier condition) {
    until(condition, () -> "not yet: " + what);
  }

  /** Waits until a condition holds. Fails after {@link #LONG} with the actual state. */
  public static void until(BooleanSupplier condition, Supplier<?> instead) {
    within(LONG, condition, instead);
  }

  /** Waits until a condition holds. Fails after a time with the actual state. */
  public static void within(Duration most, BooleanSupplier condition, Supplier<?> instead) {
    long end = System.nanoTime() + most.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Not in " + most.toSeconds() + " s; it is: " + instead.get());
      }
      aMoment();
    }
  }

  /** The pause between two polls. */
  public static void aMoment() {
    LockSupport.parkNanos(STEP_NANOS);
  }
}
