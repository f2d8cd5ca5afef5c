package dev.outpour.log;

import dev.outpour.update.RefusedException;
import io.vertx.core.Future;

/**
 * A question to the log that is under way, or was answered at once. It may be used from any thread.
 *
 * @param answer fails with a refusal, see {@link #isGivenUp}; completes on the context of the one
 *     who asked
 * @param withdrawal says that nobody waits for the answer any more
 * @param <T> the kind of the answer
 */
public record Inquiry<T>(Future<T> answer, Runnable withdrawal) {

  private static final int TOO_LATE = 408;
  private static final int TOO_MANY = 429;

  /** One that was answered at once. */
  static <T> Inquiry<T> of(T answer) {
    return new Inquiry<>(Future.succeededFuture(answer), () -> {});
  }

  /** One that failed at once. */
  static <T> Inquiry<T> failed(RefusedException failure) {
    return new Inquiry<>(Future.failedFuture(failure), () -> {});
  }

  /** Has the question dropped wherever it is; the answer fails, or is of no use any more. */
  public void withdraw() {
    withdrawal.run();
  }

  /**
   * Whether the hub has given a question up, since it took too long or too many wait. Where the
   * log's owner is away it has not: then the question can be asked again.
   */
  public static boolean isGivenUp(Throwable failure) {
    return failure instanceof RefusedException refused
        && (refused.refusal().status() == TOO_LATE || refused.refusal().status() == TOO_MANY);
  }
}
