package dev.outpour.update;

import java.util.Map;
import java.util.Optional;

/**
 * Where a reader begins: every way to ask for it ends in this one cursor.
 *
 * @param cursor the number after which it goes on
 * @param head the head that this was judged by
 * @param truncation what is lost, if the place asked for cannot be had
 * @param ended where those of its exact topics have ended that have; empty if it has patterns too
 */
public record StartPosition(
    long cursor, LogHead head, Optional<Truncation> truncation, Map<Topic, Long> ended) {

  public StartPosition {
    ended = Map.copyOf(ended);
  }

  /** A place at which no topic has ended. */
  public StartPosition(long cursor, LogHead head, Optional<Truncation> truncation) {
    this(cursor, head, truncation, Map.of());
  }

  static StartPosition truncated(
      long cursor, LogHead head, Truncation.Reason reason, Optional<Position> asked) {
    return new StartPosition(cursor, head, Optional.of(new Truncation(asked, reason)));
  }

  /** The same, with where topics have ended. */
  public StartPosition withEnded(Map<Topic, Long> where) {
    return new StartPosition(cursor, head, truncation, where);
  }

  /** The same, judged by a head that knows the same and more or less of its epochs. */
  public StartPosition withHead(LogHead other) {
    return new StartPosition(cursor, other, truncation, ended);
  }

  /** Whether all that these readers want had ended when the cursor was passed. */
  public boolean isBeyondTheEndOf(Interest interest) {
    return interest.isExact()
        && interest.topics().stream()
            .allMatch(topic -> ended.getOrDefault(topic, Long.MAX_VALUE) <= cursor);
  }
}
