package dev.outpour.history;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The time of updates and idempotency keys. It never falls, and a wall clock that is wrong for a
 * while removes nothing.
 *
 * <p>The wall clock may be set while the hub runs; the monotonic clock shows by how much. After a
 * jump of more than a minute, {@link #isSteady} is false until the wall clock has kept pace for ten
 * minutes. It is also false for the first ten minutes if the newest update in the log is more than
 * an hour away from the wall clock. Meanwhile {@link #ageMillis} continues from the earlier time.
 * Not thread-safe.
 */
public final class LogClock {

  private static final long JUMP_MILLIS = 60_000;
  private static final long APART_MILLIS = 3_600_000;
  private static final long STEADY_MILLIS = 600_000;

  private final LongSupplier wallMillis;
  private final LongSupplier monotonicNanos;
  private long offsetMillis;
  private long trustedOffsetMillis;
  private long steadyFromMillis = Long.MIN_VALUE;
  private long last;

  LogClock(LongSupplier wallMillis, LongSupplier monotonicNanos) {
    this.wallMillis = wallMillis;
    this.monotonicNanos = monotonicNanos;
    this.offsetMillis = wallMillis.getAsLong() - monotonicMillis();
    this.trustedOffsetMillis = offsetMillis;
  }

  public static LogClock system() {
    return new LogClock(System::currentTimeMillis, System::nanoTime);
  }

  /** Makes sure that time does not fall below that of an update or key in the log. */
  public void notBefore(long millis) {
    last = Math.max(last, millis);
  }

  /**
   * Compares the wall clock with the newest time in the log. Call it once, after the last call of
   * {@link #notBefore}.
   *
   * @return a sentence for the operator if the two are more than an hour apart
   */
  public Optional<String> begin() {
    long wall = wallMillis.getAsLong();
    if (last == 0 || Math.abs(wall - last) <= APART_MILLIS) {
      return Optional.empty();
    }
    long monotonic = monotonicMillis();
    steadyFromMillis = monotonic + STEADY_MILLIS;
    trustedOffsetMillis = last - monotonic;
    return Optional.of(
        "The clock says "
            + seconds(wall)
            + ", but the newest update in the log is from "
            + seconds(last)
            + ": if the clock is wrong, set it within ten minutes; until then the log removes no"
            + " update because of its age"
            + (wall < last ? ", and new updates carry the later of the two times" : ""));
  }

  private static Instant seconds(long millis) {
    return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS);
  }

  /** The time of the next update in milliseconds since 1970; never less than before. */
  public long nextMillis() {
    last = Math.max(last, wallMillis.getAsLong());
    return last;
  }

  /**
   * The time by which the age of updates and keys is judged, in milliseconds since 1970: the wall
   * clock while it is steady, else the earlier of the wall clock and the time continued from before
   * the jump.
   */
  public long ageMillis() {
    long wall = wallMillis.getAsLong();
    return isSteady() ? wall : Math.min(wall, monotonicMillis() + trustedOffsetMillis);
  }

  /** Whether the wall clock is trusted to judge ages. */
  boolean isSteady() {
    long monotonic = monotonicMillis();
    long offset = wallMillis.getAsLong() - monotonic;
    if (Math.abs(offset - offsetMillis) > JUMP_MILLIS) {
      steadyFromMillis = monotonic + STEADY_MILLIS;
      offsetMillis = offset;
    }
    if (monotonic < steadyFromMillis) {
      return false;
    }
    trustedOffsetMillis = offset;
    return true;
  }

  private long monotonicMillis() {
    return monotonicNanos.getAsLong() / 1_000_000;
  }
}
