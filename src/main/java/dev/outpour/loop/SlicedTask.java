package dev.outpour.loop;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/**
 * Work on one event loop that takes long, done in slices between which the loop does other things,
 * and given up when nobody waits for it any more. For use on that loop only.
 *
 * @param <T> what comes of it
 */
public final class SlicedTask<T> {

  /** What is done. */
  @FunctionalInterface
  public interface Work<T> {

    /** Goes on until it is done or the time of a turn is up; null if it is not done yet. */
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

  /** Begins; what comes of it comes on the loop. It fails once the deadline is over. */
  public static <T> Future<T> of(Vertx vertx, Work<T> work, Deadline deadline) {
    SlicedTask<T> sliced = new SlicedTask<>(vertx, work, deadline);
    sliced.goOn();
    return sliced.done.future();
  }

  private void goOn() {
    try {
      deadline.check();
      T result = work.run(new TurnBudget());
      if (result == null) {
        vertx.runOnContext(turn -> goOn());
      } else {
        done.tryComplete(result);
      }
    } catch (RuntimeException e) {
      done.tryFail(e);
    }
  }
}
