package dev.outpour.history;

import java.time.Duration;

/**
 * How much of the log is retained. The oldest updates are removed as soon as one of the first three
 * bounds is exceeded.
 *
 * @param updates most updates, at least 1
 * @param age greatest age of an update
 * @param bytes about how many bytes, as {@link dev.outpour.update.Update#weight} counts them
 * @param keys most idempotency keys; none is forgotten early, instead new keys are refused
 */
public record Retention(long updates, Duration age, long bytes, long keys) {

  /** How many keys are remembered by default. */
  static final int DEFAULT_KEYS = 10_000_000;

  private static final Duration SHORTEST_FOR_KEYS = Duration.ofHours(24);

  /** A retention with the default number of keys. */
  public Retention(long updates, Duration age, long bytes) {
    this(updates, age, bytes, DEFAULT_KEYS);
  }

  /** Updates older than this have expired, in milliseconds since 1970. */
  public long expiredBefore(long nowMillis) {
    return nowMillis - age.toMillis();
  }

  /**
   * Whether a log retains more than it should.
   *
   * @param held how many updates it retains
   * @param heldBytes how many bytes they have
   * @param oldestMillis the time of the earliest of them
   * @param expiredBefore updates older than this have expired
   */
  public boolean isExceeded(long held, long heldBytes, long oldestMillis, long expiredBefore) {
    return held > 0 && (held > updates || heldBytes > bytes || oldestMillis < expiredBefore);
  }

  /** How long keys are remembered: 24 hours or the retention, whichever is longer. */
  public Duration ofKeys() {
    return age.compareTo(SHORTEST_FOR_KEYS) > 0 ? age : SHORTEST_FOR_KEYS;
  }
}
