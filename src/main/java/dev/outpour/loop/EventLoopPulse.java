package dev.outpour.loop;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The pulse of one event loop, by which others see whether it still turns. It is felt by the one
 * loop, and looked at by any thread.
 */
public final class EventLoopPulse {

  /** What blocks a loop for so long does not come back by itself; a collection or a pause does. */
  public static final long STUCK_MILLIS = 20_000;

  /** Those of all loops that serve, one set per Vert.x. */
  private record All(Set<EventLoopPulse> pulses) implements Shareable {

    static All of(Vertx vertx) {
      return vertx
          .sharedData()
          .<String, All>getLocalMap("outpour.pulses")
          .computeIfAbsent("all", name -> new All(ConcurrentHashMap.newKeySet()));
    }
  }

  private final All all;
  private volatile long lastMillis = TurnBudget.nowMillis();

  private EventLoopPulse(All all) {
    this.all = all;
  }

  /** That of the caller's loop, from now on. */
  public static EventLoopPulse begin(Vertx vertx) {
    EventLoopPulse pulse = new EventLoopPulse(All.of(vertx));
    pulse.all.pulses.add(pulse);
    return pulse;
  }

  /** The loop turns. */
  public void beat() {
    lastMillis = TurnBudget.nowMillis();
  }

  /** It does not serve any more. */
  public void end() {
    all.pulses.remove(this);
  }

  /** How many loops of a Vert.x have not turned for long. */
  public static long stuck(Vertx vertx) {
    return stuck(vertx, TurnBudget.nowMillis());
  }

  /**
   * How many had not, if it is so late.
   *
   * @param nowMillis as {@link TurnBudget#nowMillis} says it
   */
  public static long stuck(Vertx vertx, long nowMillis) {
    long oldest = nowMillis - STUCK_MILLIS;
    return All.of(vertx).pulses.stream().filter(pulse -> pulse.lastMillis < oldest).count();
  }
}
