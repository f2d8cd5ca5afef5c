package dev.outpour.update;

import java.util.Map;
import java.util.Optional;

/**
 * Where a subscriber starts: the cursor for every kind of {@link Start}.
 *
 * @param cursor the number after which it starts
 * @param head the head by which that was decided
 * @param truncation what is lost, if the requested start is not available
 * @param ended the numbers at which its exact topics have ended; empty if it has patterns, too
 */
public record StartPosition(
    long cursor, LogHead head, Optional<Truncation> truncation, Map<Topic, Long> ended) {

  public StartPosition {
    ended = Map.copyOf(ended);
  }

  /** A start without ended topics. */
  public StartPosition(long cursor, LogHead head, Optional<Truncation> truncation) {
    this(cursor, head, truncation, Map.of());
  }

  static StartPosition truncated(
      long cursor, LogHead head, Truncation.Reason reason, Optional<Position> asked) {
    return new StartPosition(cursor, head, Optional.of(new Truncation(asked, reason)));
  }

  /** The same start, with ended topics. */
  public StartPosition withEnded(Map<Topic, Long> where) {
    return new StartPosition(cursor, head, truncation, where);
  }

  /** The same start with a head that has another form of its epochs. */
  public StartPosition withHead(LogHead other) {
    return new StartPosition(cursor, other, truncation, ended);
  }

  /** Whether all topics of an interest had ended before the cursor. */
  public boolean isBeyondTheEndOf(Interest interest) {
    return interest.isExact()
        && interest.topics().stream()
            .allMatch(topic -> ended.getOrDefault(topic, Long.MAX_VALUE) <= cursor);
  }
}
