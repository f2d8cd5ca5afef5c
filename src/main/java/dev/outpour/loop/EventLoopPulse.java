package dev.outpour.loop;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Shows other threads whether an event loop still runs. The loop itself calls {@link #beat}. Any
 * thread may call {@link #stuck}.
 */
public final class EventLoopPulse {

  /** A loop that is blocked for so long does not recover by itself, unlike after a GC pause. */
  public static final long STUCK_MILLIS = 20_000;

  /** The pulses of all serving loops of a Vert.x. */
  private record All(Set<EventLoopPulse> pulses) implements Shareable {

    static All of(Vertx vertx) {
      return PerVertx.get(vertx, All.class, () -> new All(ConcurrentHashMap.newKeySet()));
    }
  }

  private final All all;
  private volatile long lastMillis = TurnBudget.nowMillis();

  private EventLoopPulse(All all) {
    this.all = all;
  }

  /** Starts the pulse of the caller's loop. */
  public static EventLoopPulse begin(Vertx vertx) {
    EventLoopPulse pulse = new EventLoopPulse(All.of(vertx));
    pulse.all.pulses.add(pulse);
    return pulse;
  }

  /** Records that the loop runs. */
  public void beat() {
    lastMillis = TurnBudget.nowMillis();
  }

  /** Ends the pulse, when the loop stops serving. */
  public void end() {
    all.pulses.remove(this);
  }

  /** How many loops of a Vert.x are blocked. */
  public static long stuck(Vertx vertx) {
    return stuck(vertx, TurnBudget.nowMillis());
  }

  /**
   * How many loops were blocked at a time.
   *
   * @param nowMillis the time by {@link TurnBudget#nowMillis}
   */
  public static long stuck(Vertx vertx, long nowMillis) {
    long oldest = nowMillis - STUCK_MILLIS;
    return All.of(vertx).pulses.stream().filter(pulse -> pulse.lastMillis < oldest).count();
  }
}
