package dev.outpour.metrics;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Why a stream ended. The words stand on the wire and in the metrics. */
public enum CloseReason {
  /** The hub is shutting down. */
  SHUTDOWN,
  /** The reader took nothing for too long. */
  SLOW,
  /** It would be one reader too many. */
  LIMIT,
  /** Memory is short. */
  OVERLOAD,
  /** The token it came with has expired. */
  EXPIRED,
  /** The token or key it came with was revoked. */
  REVOKED,
  /** The log cannot be served from here any more. */
  UNAVAILABLE,
  /** An operator has ended it. */
  ENDED_BY_OPERATOR,
  /** All that it wants has ended; never on the wire. */
  ENDED,
  /** The reader has gone; never on the wire. */
  GONE;

  /** All words there are. */
  public static List<String> words() {
    return Stream.of(values()).map(CloseReason::word).toList();
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
