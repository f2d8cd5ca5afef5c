package dev.outpour.http.limit;

import dev.outpour.update.Refusal;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How fast each publisher may be: so many updates a second, of which a second's worth may come at
 * once. Who has a name is one publisher wherever it is, who has none is its address. For use by all
 * threads.
 *
 * <p>It keeps one number for each that has published lately: when all that it was allowed will be
 * used up (the generic cell rate algorithm).
 */
public final class RateLimiter {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final int perSecond;
  private final LongSupplier nanoTime;

  /** One who publishes. */
  public sealed interface Publisher permits Named, ClientKey {}

  /** One whom a token or a key names. */
  public record Named(String scope) implements Publisher {}

  private final ConcurrentMap<Publisher, Long> usedUp = new ConcurrentHashMap<>();

  /**
   * @param perSecond 0: any number
   */
  RateLimiter(int perSecond, LongSupplier nanoTime) {
    this.perSecond = perSecond;
    this.nanoTime = nanoTime;
  }

  /**
   * Takes one update.
   *
   * @param publisher null if it does not count
   * @return the refusal with status 429 if it is too early; null if not
   */
  @Nullable
  public Refusal take(@Nullable Publisher publisher) {
    if (publisher == null || perSecond == 0) {
      return null;
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
    return early[0] ? tooMany(until - now - SECOND + interval) : null;
  }

  /**
   * Takes updates that will be published whatever it says, only later.
   *
   * @param publisher null if it does not count
   * @return for how many milliseconds they have to wait
   */
  public long takeLater(@Nullable Publisher publisher, int updates) {
    if (publisher == null || perSecond == 0) {
      return 0;
    }
    long now = nanoTime.getAsLong();
    long until =
        usedUp.compute(publisher, (key, old) -> from(old, now) + updates * SECOND / perSecond);
    return TimeUnit.NANOSECONDS.toMillis(Math.max(0, until - now - SECOND));
  }

  private static long from(@Nullable Long old, long now) {
    return old == null || old - now < 0 ? now : old;
  }

  /**
   * @param nanos after which time it will not be too early
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

  /** Forgets those that have not published lately. */
  public void prune() {
    long now = nanoTime.getAsLong();
    usedUp.values().removeIf(until -> until - now < 0);
  }

  /** How many publishers it remembers. */
  int size() {
    return usedUp.size();
  }
}
