package dev.outpour.metrics;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Why a stream ended. The words are used on the wire and in the metrics. */
public enum CloseReason {
  /** The hub is shutting down. */
  SHUTDOWN,
  /** The subscriber accepted no data for too long. */
  SLOW,
  /** A limit of subscribers is reached. */
  LIMIT,
  /** Memory is short. */
  OVERLOAD,
  /** The token has expired. */
  EXPIRED,
  /** The token or API key was revoked. */
  REVOKED,
  /** This hub cannot serve the log any more. */
  UNAVAILABLE,
  /** An operator ended it. */
  ENDED_BY_OPERATOR,
  /** All its topics have ended; never on the wire. */
  ENDED,
  /** The subscriber disconnected; never on the wire. */
  GONE;

  /** All words. */
  public static List<String> words() {
    return Stream.of(values()).map(CloseReason::word).toList();
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
