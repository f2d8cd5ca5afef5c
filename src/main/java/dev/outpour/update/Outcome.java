package dev.outpour.update;

import java.util.List;
import java.util.Optional;

/**
 * The outcome of a {@link Batch}.
 *
 * @param receipts one for each update that is in the log now, in order
 * @param refusal why the next one is not in the log; empty if all are
 */
public record Outcome(List<Receipt> receipts, Optional<Refusal> refusal) {

  /**
   * Confirms that an update is in the log.
   *
   * @param position its position
   * @param duplicate whether it was there before, with the same key
   */
  public record Receipt(Position position, boolean duplicate) {}

  public Outcome {
    receipts = List.copyOf(receipts);
  }

  /** The outcome of a batch that was refused as a whole. */
  public static Outcome refused(Refusal refusal) {
    return new Outcome(List.of(), Optional.of(refusal));
  }
}
