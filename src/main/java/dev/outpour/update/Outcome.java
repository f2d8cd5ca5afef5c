package dev.outpour.update;

import java.util.List;
import java.util.Optional;

/**
 * What became of a {@link Batch}.
 *
 * @param receipts one for each draft that is in the log now, in order
 * @param refusal why the next one is not; empty if all are
 */
public record Outcome(List<Receipt> receipts, Optional<Refusal> refusal) {

  /**
   * That an update is in the log.
   *
   * @param position where
   * @param duplicate whether it was there before, under the same key
   */
  public record Receipt(Position position, boolean duplicate) {}

  public Outcome {
    receipts = List.copyOf(receipts);
  }

  /** The outcome of a batch of which nothing was taken. */
  public static Outcome refused(Refusal refusal) {
    return new Outcome(List.of(), Optional.of(refusal));
  }
}
