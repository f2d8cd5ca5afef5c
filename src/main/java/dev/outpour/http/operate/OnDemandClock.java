package dev.outpour.http.operate;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;

/**
 * Runs a task once a second while its results are in demand. Thread-safe; the tasks run on a
 * context of its own, since that of a verticle would end with the verticle.
 */
final class OnDemandClock {

  private static final long PERIOD_MILLIS = 1_000;

  private final Vertx vertx;
  private final Context context;
  private final Runnable onStart;
  private final Runnable onTick;
  private boolean running;
  private long demands;

  /**
   * @param onStart called when a period of demand begins; it calls {@link #tickLater}
   * @param onTick calls {@link #tickLater}, unless {@link #stops} says that the demand is over
   */
  OnDemandClock(VertxInternal vertx, Runnable onStart, Runnable onTick) {
    this.vertx = vertx;
    this.context =
        vertx.contextBuilder().withEventLoop(vertx.getOrCreateContext().nettyEventLoop()).build();
    this.onStart = onStart;
    this.onTick = onTick;
  }

  /** Notes that somebody demands results; starts the clock if it does not run. */
  synchronized void demand() {
    demands++;
    if (!running) {
      running = true;
      context.runOnContext(turn -> onStart.run());
    }
  }

  /** Runs the task in a second; to be called on the clock's context. */
  void tickLater() {
    vertx.setTimer(PERIOD_MILLIS, fired -> onTick.run());
  }

  /** How often results were demanded so far. */
  synchronized long demands() {
    return demands;
  }

  /**
   * Stops the clock, unless there was a new demand.
   *
   * @param before {@link #demands} from before it was found that nobody needs results
   */
  synchronized boolean stops(long before) {
    running = demands != before;
    return !running;
  }
}
