package dev.outpour.http;

import java.util.Locale;

/** Why a stream ended. The words stand on the wire and in the metrics. */
enum CloseReason {
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
  /** All that it wants has ended; never on the wire. */
  ENDED,
  /** The reader has gone; never on the wire. */
  GONE;

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
