package dev.outpour.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;

/**
 * Ends the streams of a loop for a shutdown, spread over time so that their readers do not come
 * back all at once. Readers who are behind are given until the end of that time. For use on the
 * event loop.
 */
final class Drain {

  private static final long STEP_MILLIS = 20;

  /** However long the drain may take, it goes at this pace at least, in readers a second. */
  private static final int LEAST_PACE = 500;

  private final Vertx vertx;
  private final Audience audience;
  private final long endMillis;
  private final long spanMillis;
  private final int readers;
  private final Promise<Void> done = Promise.promise();
  private int ended;

  /**
   * @param mostMillis how long it may take
   */
  Drain(Vertx vertx, Audience audience, long mostMillis) {
    this.vertx = vertx;
    this.audience = audience;
    this.readers = audience.size();
    this.spanMillis = Math.min(mostMillis, readers * 1_000L / LEAST_PACE);
    this.endMillis = Budget.nowMillis() + spanMillis;
  }

  /** Begins; completes when every stream has been ended. */
  Future<Void> start() {
    step();
    return done.future();
  }

  private void step() {
    long left = endMillis - Budget.nowMillis();
    int due = left <= 0 ? readers : (int) (readers - readers * left / Math.max(1, spanMillis));
    List<EventStream> streams = audience.streams();
    for (EventStream stream : streams) {
      boolean atHead =
          (stream.state == EventStream.State.LIVE || stream.state == EventStream.State.ASIDE)
              && !stream.isBlocked();
      if (left <= 0 || (atHead && ended < due)) {
        audience.close(stream, CloseReason.SHUTDOWN);
        ended++;
      }
    }
    if (left <= 0 || audience.size() == 0) {
      done.tryComplete();
    } else {
      vertx.setTimer(STEP_MILLIS, fired -> step());
    }
  }
}
