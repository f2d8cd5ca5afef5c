package dev.outpour.history;

import java.time.Duration;

/**
 * How much of the log is kept: what exceeds any of the first three goes, oldest first.
 *
 * @param updates how many updates, at least 1
 * @param age how old an update may become
 * @param bytes about how many bytes, as {@link dev.outpour.update.Update#weight} counts them
 * @param keys how many of the publishers' keys are remembered; none is forgotten early, but at this
 *     bound no more are taken
 */
public record Retention(long updates, Duration age, long bytes, long keys) {

  /** How many keys are remembered unless something else is said. */
  static final int DEFAULT_KEYS = 10_000_000;

  private static final Duration SHORTEST_FOR_KEYS = Duration.ofHours(24);

  /** With as many keys as by default. */
  public Retention(long updates, Duration age, long bytes) {
    this(updates, age, bytes, DEFAULT_KEYS);
  }

  /** How long keys are remembered: 24 hours or the retention, whichever is longer. */
  public Duration ofKeys() {
    return age.compareTo(SHORTEST_FOR_KEYS) > 0 ? age : SHORTEST_FOR_KEYS;
  }
}
