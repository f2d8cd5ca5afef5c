package dev.outpour.http;

import dev.outpour.http.delivery.Subscriber;
import dev.outpour.http.delivery.Subscribers;
import dev.outpour.loop.TurnBudget;
import dev.outpour.metrics.CloseReason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;

/**
 * Ends the streams of one event loop at a shutdown.
 *
 * <p>Streams at the head end over {@code subscribers / 500} seconds, so that clients do not
 * reconnect all at once. A subscriber that is behind has the whole time of the drain to reach the
 * head, and is ended within 20 ms of it. For use on the event loop.
 */
final class Drain {

  private static final long STEP_MILLIS = 20;

  /** The least number of streams at the head that are ended in a second. */
  private static final int LEAST_PACE = 500;

  private final Vertx vertx;
  private final Subscribers subscribers;
  private final long beginMillis = TurnBudget.nowMillis();
  private final long mostMillis;
  private final long spanMillis;
  private final int atFirst;
  private final Promise<Void> done = Promise.promise();
  private int ended;

  /**
   * Creates one that has not begun.
   *
   * @param mostMillis how long subscribers that are behind have
   */
  Drain(Vertx vertx, Subscribers subscribers, long mostMillis) {
    this.vertx = vertx;
    this.subscribers = subscribers;
    this.mostMillis = mostMillis;
    this.atFirst = subscribers.size();
    this.spanMillis = Math.min(mostMillis, atFirst * 1_000L / LEAST_PACE);
  }

  /** Begins; completes when every stream has been ended. */
  Future<Void> start() {
    step();
    return done.future();
  }

  private void step() {
    long passed = TurnBudget.nowMillis() - beginMillis;
    boolean over = passed >= mostMillis;
    long due = passed >= spanMillis ? atFirst : atFirst * passed / spanMillis;
    List<Subscriber> streams = subscribers.subscribers();
    for (Subscriber subscriber : streams) {
      if (over || (ended < due && isGivenAll(subscriber))) {
        subscribers.close(subscriber, CloseReason.SHUTDOWN);
        ended++;
      }
    }
    if (over || subscribers.size() == 0) {
      done.tryComplete();
    } else {
      vertx.setTimer(STEP_MILLIS, fired -> step());
    }
  }

  /** Whether waiting brings a subscriber nothing more of the log. */
  private boolean isGivenAll(Subscriber subscriber) {
    return switch (subscriber.state()) {
      case LIVE, ASIDE, AHEAD -> !subscriber.isBlocked();
      // Without a log there is nothing to wait for.
      case LOCATING -> subscribers.log() == null;
      case BEHIND -> false;
      case CLOSED -> true;
    };
  }
}
