package dev.outpour.history;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The time of updates and keys: it never falls, and judges their age by a clock that can be
 * believed.
 *
 * <p>The wall clock may be set while the hub runs. The monotonic clock shows by how much: after a
 * jump of more than a minute {@link #isSteady} is false until the wall clock has kept pace for ten
 * minutes, and it is so for the first ten minutes where the newest update in the log is more than
 * an hour older or newer than the wall clock says. Meanwhile {@link #ageMillis} goes by what it
 * knew before, so that a clock set wrong for a while removes nothing. Not for use by several
 * threads.
 */
public final class LogClock {

  private static final long JUMP_MILLIS = 60_000;
  private static final long APART_MILLIS = 3_600_000;
  private static final long STEADY_MILLIS = 600_000;

  private final LongSupplier wallMillis;
  private final LongSupplier monotonicNanos;
  private long offsetMillis;
  private long believedOffsetMillis;
  private long steadyFromMillis = Long.MIN_VALUE;
  private long last;

  LogClock(LongSupplier wallMillis, LongSupplier monotonicNanos) {
    this.wallMillis = wallMillis;
    this.monotonicNanos = monotonicNanos;
    this.offsetMillis = wallMillis.getAsLong() - monotonicMillis();
    this.believedOffsetMillis = offsetMillis;
  }

  public static LogClock system() {
    return new LogClock(System::currentTimeMillis, System::nanoTime);
  }

  /** Goes on from the time of an update or a key that is in the log already. */
  public void notBefore(long millis) {
    last = Math.max(last, millis);
  }

  /**
   * Compares the wall clock with the newest time in the log. To be called once, when all that
   * {@link #notBefore} is to know has been told.
   *
   * @return a sentence for the operator, if the two are more than an hour apart
   */
  public Optional<String> begin() {
    long wall = wallMillis.getAsLong();
    if (last == 0 || Math.abs(wall - last) <= APART_MILLIS) {
      return Optional.empty();
    }
    long monotonic = monotonicMillis();
    steadyFromMillis = monotonic + STEADY_MILLIS;
    believedOffsetMillis = last - monotonic;
    return Optional.of(
        "The clock says "
            + seconds(wall)
            + ", the newest update in the log is of "
            + seconds(last)
            + ": if the clock is wrong, set it within ten minutes, in which the log removes nothing"
            + " by it; if it is right, there is nothing to do"
            + (wall < last ? ", and updates carry the later of the two times" : ""));
  }

  private static Instant seconds(long millis) {
    return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS);
  }

  /** Milliseconds since 1970, never less than before. */
  public long nextMillis() {
    last = Math.max(last, wallMillis.getAsLong());
    return last;
  }

  /**
   * What time it is when the age of updates and keys is judged, in milliseconds since 1970: the
   * wall clock while it is steady, else the earlier of the wall clock and what it was believed to
   * say before.
   */
  public long ageMillis() {
    long wall = wallMillis.getAsLong();
    return isSteady() ? wall : Math.min(wall, monotonicMillis() + believedOffsetMillis);
  }

  /** Whether the wall clock may be believed for removing what is old. */
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
    believedOffsetMillis = offset;
    return true;
  }

  private long monotonicMillis() {
    return monotonicNanos.getAsLong() / 1_000_000;
  }
}
