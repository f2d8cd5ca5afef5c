package dev.outpour.log;

import dev.outpour.update.RefusedException;
import io.vertx.core.Future;

/** A question to the log that is open or answered. It may be used from any thread. */
public record Inquiry<T>(Future<T> answer, Runnable withdrawal) {

  private static final int TOO_LATE = 408;
  private static final int TOO_MANY = 429;

  /** A question that was answered at once. */
  static <T> Inquiry<T> of(T answer) {
    return new Inquiry<>(Future.succeededFuture(answer), () -> {});
  }

  /** A question that failed at once. */
  static <T> Inquiry<T> failed(RefusedException failure) {
    return new Inquiry<>(Future.failedFuture(failure), () -> {});
  }

  /** Drops the question wherever it is; nobody waits for the answer. */
  public void withdraw() {
    withdrawal.run();
  }

  /**
   * Whether the hub has given the question up, since it took too long or too many wait. If the
   * owner is away it has not: the question can be asked again.
   */
  public static boolean isGivenUp(Throwable failure) {
    return failure instanceof RefusedException refused
        && (refused.refusal().status() == TOO_LATE || refused.refusal().status() == TOO_MANY);
  }
}
