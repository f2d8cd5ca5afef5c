package dev.outpour.update;

import dev.outpour.api.PublicApi;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells a subscriber that it missed updates that are no longer available.
 *
 * @param asked the requested position, if it was valid
 * @param reason why
 */
@PublicApi
public record Truncation(Optional<Position> asked, Reason reason) {

  /** Why a part of the log is not available. */
  public enum Reason {
    /** It is older than the retained updates. */
    EXPIRED,
    /** This log never reached that number in that epoch. */
    ROLLED_BACK,
    /** It is ahead of the log in its current epoch. */
    FUTURE,
    /** It is of another log, or not a position. */
    UNKNOWN,
    /** It is retained, but the file of the log is damaged there. */
    DAMAGED;

    /** The word on the wire. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
