package dev.outpour.loop;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/**
 * Long work on one event loop, done in slices between which the loop does other things. It stops
 * when its deadline is over. Confined to that loop.
 *
 * @param <T> the type of the result
 */
public final class SlicedTask<T> {

  /** The work. */
  @FunctionalInterface
  public interface Work<T> {

    /** Continues until it is done or the budget is spent. Returns null if it is not done yet. */
    @Nullable T run(TurnBudget budget);
  }

  private final Vertx vertx;
  private final Work<T> work;
  private final Deadline deadline;
  private final Promise<T> done = Promise.promise();

  private SlicedTask(Vertx vertx, Work<T> work, Deadline deadline) {
    this.vertx = vertx;
    this.work = work;
    this.deadline = deadline;
  }

  /** Starts the work. The future completes on the loop, and fails when the deadline is over. */
  public static <T> Future<T> of(Vertx vertx, Work<T> work, Deadline deadline) {
    SlicedTask<T> sliced = new SlicedTask<>(vertx, work, deadline);
    sliced.runSlice();
    return sliced.done.future();
  }

  private void runSlice() {
    try {
      deadline.check();
      T result = work.run(new TurnBudget());
      if (result == null) {
        vertx.runOnContext(turn -> runSlice());
      } else {
        done.tryComplete(result);
      }
    } catch (RuntimeException e) {
      done.tryFail(e);
    }
  }
}
