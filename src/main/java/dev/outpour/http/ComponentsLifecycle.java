package dev.outpour.http;

import dev.outpour.auth.Authenticator;
import dev.outpour.http.delivery.Heartbeats;
import dev.outpour.http.delivery.Subscribers;
import dev.outpour.http.operate.LocalNode;
import dev.outpour.log.GrowthSignal;
import dev.outpour.log.LocalLog;
import dev.outpour.loop.EventLoopPulse;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The life of the components of one event loop: connects them to the log and to a clock, and stops
 * them in order. For use on that loop.
 */
final class ComponentsLifecycle {

  private final Vertx vertx;
  private final HttpComponents components;
  private final Authenticator authenticator;
  private final int drainSeconds;
  private final GrowthSignal signal;
  private final EventLoopPulse pulse;
  private final long timer;
  private Set<String> revoked;

  private ComponentsLifecycle(
      Vertx vertx,
      HttpComponents components,
      Authenticator authenticator,
      int drainSeconds,
      GrowthSignal signal) {
    this.vertx = vertx;
    this.components = components;
    this.authenticator = authenticator;
    this.drainSeconds = drainSeconds;
    this.signal = signal;
    this.pulse = EventLoopPulse.begin(vertx);
    this.revoked = authenticator.revoked();
    LocalNode.of(vertx).join(vertx.getOrCreateContext(), components.subscribers());
    this.timer = vertx.setPeriodic(Heartbeats.TICK_MILLIS, tick -> tick());
  }

  /** Starts, on the caller's event loop. */
  static Future<ComponentsLifecycle> start(
      Vertx vertx, HttpComponents components, Authenticator authenticator, int drainSeconds) {
    return LocalLog.of(vertx)
        .onGrowth(components.subscribers()::grown)
        .map(
            signal -> {
              components.subscribers().grown();
              return new ComponentsLifecycle(
                  vertx, components, authenticator, drainSeconds, signal);
            });
  }

  private void tick() {
    pulse.beat();
    components.limits().limits().log().flush();
    Subscribers subscribers = components.subscribers();
    subscribers.tick();
    subscribers.endExpired(System.currentTimeMillis());
    if (revoked != authenticator.revoked()) {
      revoked = authenticator.revoked();
      subscribers.endRevoked(revoked);
    }
  }

  /** Accepts no new subscribers, and no more lines of the bodies that are arriving. */
  void drain() {
    components.handlers().subscribe().drain();
    components.handlers().publish().drain();
  }

  /** Accepts no more updates, waits until the accepted ones are answered, then ends the streams. */
  Future<Void> stop() {
    drain();
    long drainMillis = TimeUnit.SECONDS.toMillis(drainSeconds);
    return components
        .handlers()
        .publish()
        .close()
        .compose(answered -> new Drain(vertx, components.subscribers(), drainMillis).start())
        .compose(drained -> close());
  }

  /** Stops at once, if nothing is served yet. */
  Future<Void> close() {
    vertx.cancelTimer(timer);
    LocalNode.of(vertx).leave(components.subscribers());
    pulse.end();
    components.subscribers().close();
    return signal.close();
  }
}
