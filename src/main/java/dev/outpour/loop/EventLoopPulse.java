package dev.outpour.http;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The pulse of one event loop, by which others see whether it still turns. It is felt by the one
 * loop, and looked at by any thread.
 */
final class LoopPulse {

  /** What blocks a loop for so long does not come back by itself; a collection or a pause does. */
  static final long STUCK_MILLIS = 20_000;

  /** Those of all loops that serve, one set per Vert.x. */
  private record All(Set<LoopPulse> pulses) implements Shareable {

    static All of(Vertx vertx) {
      return vertx
          .sharedData()
          .<String, All>getLocalMap("outpour.pulses")
          .computeIfAbsent("all", name -> new All(ConcurrentHashMap.newKeySet()));
    }
  }

  private final All all;
  private volatile long lastMillis = Budget.nowMillis();

  private LoopPulse(All all) {
    this.all = all;
  }

  /** That of the caller's loop, from now on. */
  static LoopPulse begin(Vertx vertx) {
    LoopPulse pulse = new LoopPulse(All.of(vertx));
    pulse.all.pulses.add(pulse);
    return pulse;
  }

  /** The loop turns. */
  void beat() {
    lastMillis = Budget.nowMillis();
  }

  /** It does not serve any more. */
  void end() {
    all.pulses.remove(this);
  }

  /** How many loops of a Vert.x have not turned for long. */
  static long stuck(Vertx vertx) {
    return stuck(vertx, Budget.nowMillis());
  }

  /**
   * How many had not, if it is so late.
   *
   * @param nowMillis as {@link Budget#nowMillis} says it
   */
  static long stuck(Vertx vertx, long nowMillis) {
    long oldest = nowMillis - STUCK_MILLIS;
    return All.of(vertx).pulses.stream().filter(pulse -> pulse.lastMillis < oldest).count();
  }
}
