package dev.outpour.http.limit;

import dev.outpour.metrics.Limit;
import dev.outpour.metrics.Metrics;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits the rate of each publisher: a number of updates a second, and one second's worth in a
 * burst. A publisher with a name counts under its name, any other under its address. Thread-safe.
 *
 * <p>It keeps one number for each recent publisher: the time at which its allowance is used up (the
 * generic cell rate algorithm).
 */
public final class RateLimiter {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final int perSecond;
  private final LongSupplier nanoTime;
  private final Metrics metrics;
  private final ConcurrentMap<ClientKey, Long> usedUp = new ConcurrentHashMap<>();

  /**
   * @param perSecond 0: unlimited
   * @param metrics counts the updates that were rejected or delayed
   */
  RateLimiter(int perSecond, LongSupplier nanoTime, Metrics metrics) {
    this.perSecond = perSecond;
    this.nanoTime = nanoTime;
    this.metrics = metrics;
  }

  /**
   * Acquires permission for one update.
   *
   * @param publisher null if it has no limit
   * @throws RefusedException with status 429 if the publisher is too fast
   */
  public void acquire(@Nullable ClientKey publisher) {
    if (publisher == null || perSecond == 0) {
      return;
    }
    long now = nanoTime.getAsLong();
    long interval = SECOND / perSecond;
    boolean[] early = {false};
    long until =
        usedUp.compute(
            publisher,
            (key, old) -> {
              long from = from(old, now);
              early[0] = from - now > SECOND - interval;
              return early[0] ? from : from + interval;
            });
    if (early[0]) {
      metrics.limited(Limit.RATE);
      throw tooMany(until - now - SECOND + interval).asException();
    }
  }

  /**
   * Reserves updates that will be published in any case, after a delay.
   *
   * @param publisher null if it has no limit
   * @return the delay in milliseconds
   */
  public long reserve(@Nullable ClientKey publisher, int updates) {
    if (publisher == null || perSecond == 0) {
      return 0;
    }
    long now = nanoTime.getAsLong();
    long until =
        usedUp.compute(publisher, (key, old) -> from(old, now) + updates * SECOND / perSecond);
    long millis = TimeUnit.NANOSECONDS.toMillis(Math.max(0, until - now - SECOND));
    if (millis > 0) {
      metrics.limited(Limit.RATE);
    }
    return millis;
  }

  private static long from(@Nullable Long old, long now) {
    return old == null || old - now < 0 ? now : old;
  }

  /**
   * @param nanos how long the publisher has to wait
   */
  private Refusal tooMany(long nanos) {
    return new Refusal(
        429,
        "One publisher may send "
            + perSecond
            + " updates a second: wait, send lines (application/x-ndjson), or raise"
            + " limits.publishesPerSecond",
        (int) ((nanos + SECOND - 1) / SECOND));
  }

  /** Forgets publishers that have their full allowance again. */
  public void prune() {
    long now = nanoTime.getAsLong();
    usedUp.values().removeIf(until -> until - now < 0);
  }

  /** How many publishers are remembered. */
  int size() {
    return usedUp.size();
  }
}
