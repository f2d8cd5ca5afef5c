package dev.outpour.http.delivery;

import dev.outpour.loop.TurnBudget;
import dev.outpour.metrics.CloseReason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;

/**
 * Ends the streams of a loop for a shutdown. The ends of those at the head are spread over {@code
 * readers / 500} seconds, so that clients do not reconnect all at once; a reader who is behind has
 * the whole time of the drain to reach the head, and is ended within 20 ms of it. For use on the
 * event loop.
 */
public final class Drain {

  private static final long STEP_MILLIS = 20;

  /** Readers at the head are ended at this pace at least, in readers a second. */
  private static final int LEAST_PACE = 500;

  private final Vertx vertx;
  private final Subscribers audience;
  private final long beginMillis = TurnBudget.nowMillis();
  private final long mostMillis;
  private final long spanMillis;
  private final int readers;
  private final Promise<Void> done = Promise.promise();
  private int ended;

  /**
   * Does not begin yet.
   *
   * @param mostMillis how long those who are behind have
   */
  public Drain(Vertx vertx, Subscribers audience, long mostMillis) {
    this.vertx = vertx;
    this.audience = audience;
    this.mostMillis = mostMillis;
    this.readers = audience.size();
    this.spanMillis = Math.min(mostMillis, readers * 1_000L / LEAST_PACE);
  }

  /** Begins; completes when every stream has been ended. */
  public Future<Void> start() {
    step();
    return done.future();
  }

  private void step() {
    long passed = TurnBudget.nowMillis() - beginMillis;
    boolean over = passed >= mostMillis;
    long due = passed >= spanMillis ? readers : readers * passed / spanMillis;
    List<Subscriber> streams = audience.subscribers();
    for (Subscriber stream : streams) {
      if (over || (ended < due && isGivenAll(stream))) {
        audience.close(stream, CloseReason.SHUTDOWN);
        ended++;
      }
    }
    if (over || audience.size() == 0) {
      done.tryComplete();
    } else {
      vertx.setTimer(STEP_MILLIS, fired -> step());
    }
  }

  /** Whether waiting brings a reader nothing more of what is in the log. */
  private boolean isGivenAll(Subscriber stream) {
    return switch (stream.state) {
      case LIVE, ASIDE, AHEAD -> !stream.isBlocked();
      // Without a log there is nothing to wait for.
      case LOCATING -> audience.log() == null;
      case BEHIND -> false;
      case CLOSED -> true;
    };
  }
}
