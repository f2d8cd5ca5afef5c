package dev.outpour.history;

import java.time.Duration;

/**
 * How much of the log is kept: what exceeds any of the three goes, oldest first.
 *
 * @param updates how many updates, at least 1
 * @param age how old an update may become
 * @param bytes about how many bytes, as {@link dev.outpour.update.Update#weight} counts them
 */
public record Retention(long updates, Duration age, long bytes) {

  private static final Duration SHORTEST_FOR_KEYS = Duration.ofHours(24);

  /** How long keys are remembered: 24 hours or the retention, whichever is longer. */
  public Duration ofKeys() {
    return age.compareTo(SHORTEST_FOR_KEYS) > 0 ? age : SHORTEST_FOR_KEYS;
  }
}
