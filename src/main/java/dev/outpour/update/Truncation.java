package dev.outpour.update;

import java.util.Locale;
import java.util.Optional;

/**
 * That a reader missed something that cannot be given any more.
 *
 * @param asked the position it came with, if it was one
 * @param reason why
 */
public record Truncation(Optional<Position> asked, Reason reason) {

  /** Why a part of the log cannot be given. */
  public enum Reason {
    /** It is older than what is retained. */
    EXPIRED,
    /** This log's line never reached that far in that epoch. */
    ROLLED_BACK,
    /** It is ahead of the log in its current epoch. */
    FUTURE,
    /** It is of another log, or no position at all. */
    UNKNOWN,
    /** It is retained, and cannot be read any more: its place in the log's file is damaged. */
    DAMAGED;

    /** The word on the wire. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
