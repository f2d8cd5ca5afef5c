package dev.outpour.http;

import dev.outpour.auth.Authenticator;
import dev.outpour.http.delivery.Drain;
import dev.outpour.http.delivery.Heartbeats;
import dev.outpour.http.delivery.Subscribers;
import dev.outpour.log.GrowthSignal;
import dev.outpour.loop.EventLoopPulse;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The life of the parts of one event loop: told of what the log grows by, turned by a clock, and
 * ended in order. For use on that loop.
 */
final class ComponentsLifecycle {

  private final Vertx vertx;
  private final HttpComponents parts;
  private final int drainSeconds;
  private final GrowthSignal doorbell;
  private final EventLoopPulse pulse;
  private final long heartbeats;
  private Set<String> revoked;

  private ComponentsLifecycle(
      Vertx vertx, HttpComponents parts, int drainSeconds, GrowthSignal doorbell) {
    this.vertx = vertx;
    this.parts = parts;
    this.drainSeconds = drainSeconds;
    this.doorbell = doorbell;
    this.pulse = EventLoopPulse.begin(vertx);
    this.revoked = parts.authority().revoked();
    parts.node().join(vertx.getOrCreateContext(), parts.audience());
    this.heartbeats = vertx.setPeriodic(Heartbeats.TICK_MILLIS, tick -> tick());
  }

  /** Begins, on the event loop of the caller. */
  static Future<ComponentsLifecycle> begin(Vertx vertx, HttpComponents parts, int drainSeconds) {
    return parts
        .log()
        .onGrowth(parts.audience()::grown)
        .map(
            doorbell -> {
              parts.audience().grown();
              return new ComponentsLifecycle(vertx, parts, drainSeconds, doorbell);
            });
  }

  private void tick() {
    pulse.beat();
    parts.limits().log().look();
    Subscribers audience = parts.audience();
    audience.tick();
    audience.endExpired(System.currentTimeMillis());
    Authenticator authority = parts.authority();
    if (revoked != authority.revoked()) {
      revoked = authority.revoked();
      audience.endRevoked(revoked);
    }
  }

  /** Takes no readers from now on, and no more of the lines that are arriving. */
  void drain() {
    parts.subscribe().drain();
    parts.publish().drain();
  }

  /** Takes no publishes, has what was taken answered, then ends the streams. */
  Future<Void> end() {
    drain();
    return parts
        .queue()
        .close()
        .compose(
            answered ->
                new Drain(vertx, parts.audience(), TimeUnit.SECONDS.toMillis(drainSeconds)).start())
        .compose(drained -> close());
  }

  /** Ends at once, where nothing has begun. */
  Future<Void> close() {
    vertx.cancelTimer(heartbeats);
    parts.node().leave(parts.audience());
    pulse.end();
    parts.audience().close();
    return doorbell.close();
  }
}
