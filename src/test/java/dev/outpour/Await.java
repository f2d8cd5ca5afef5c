package dev.outpour;

import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what happens on other threads, for {@value #SECONDS} seconds at most. */
public final class Await {

  private static final long SECONDS = 30;

  private Await() {}

  /** The result of a future; its failure is thrown as the cause of an {@link AssertionError}. */
  public static <T> T result(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("It failed", e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("Nothing came for " + SECONDS + " s", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
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
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Not within " + SECONDS + " s: " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  private static AssertionError interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new AssertionError("Interrupted", e);
  }
}
