package dev.outpour;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what happens on other threads; the one place that looks again and again. */
public final class Await {

  /** Far longer than anything takes on a loaded machine; only a failure takes so long. */
  public static final Duration LONG = Duration.ofSeconds(30);

  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private Await() {}

  /** The result of a future; its failure is thrown as the cause of an {@link AssertionError}. */
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

  /** What a future fails with. */
  public static Throwable failure(Future<?> future) {
    return result(
        future.transform(
            ended ->
                ended.failed()
                    ? Future.succeededFuture(ended.cause())
                    : Future.failedFuture("It should have failed")));
  }

  /** Waits until a condition holds that nothing tells of. */
  public static void until(String what, BooleanSupplier condition) {
    until(condition, () -> "not yet: " + what);
  }

  /** Returns when the condition holds; fails after {@link #LONG}, saying what was there instead. */
  public static void until(BooleanSupplier condition, Supplier<?> instead) {
    within(LONG, condition, instead);
  }

  /** Returns when the condition holds; fails after a time, saying what was there instead. */
  public static void within(Duration most, BooleanSupplier condition, Supplier<?> instead) {
    long end = System.nanoTime() + most.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Not in " + most.toSeconds() + " s; it is: " + instead.get());
      }
      aMoment();
    }
  }

  /** Between two looks, or two tries. */
  public static void aMoment() {
    LockSupport.parkNanos(STEP_NANOS);
  }
}
