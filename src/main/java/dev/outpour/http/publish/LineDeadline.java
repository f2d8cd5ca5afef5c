package dev.outpour.http.publish;

import io.vertx.core.Vertx;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The time that a body of lines has: 10 s to end a line that has begun, 60 s between lines.
 *
 * <p>One timer watches a whole body, however many chunks arrive: it is set for no longer than a
 * line has, so a line that begins meanwhile needs no other. For use on the event loop of the
 * request.
 */
final class LineDeadline {

  /** A line that was begun has to end within this time; between lines there is no hurry. */
  static final long LINE_MILLIS = 10_000;

  static final long IDLE_MILLIS = 60_000;

  private final Vertx vertx;
  private final LongSupplier clock;
  private final Runnable late;
  private long line;
  private long dueMillis;
  private @Nullable Long timer;

  /**
   * Begins between two lines.
   *
   * @param clock milliseconds that never fall
   * @param late called when the time is over, each time that happens until {@link #end}
   */
  LineDeadline(Vertx vertx, LongSupplier clock, Runnable late) {
    this.vertx = vertx;
    this.clock = clock;
    this.late = late;
    renew();
  }

  /** That some of a line has arrived, and not its end. A line that goes on gets no more time. */
  void inLine(long number) {
    if (line != number) {
      line = number;
      dueMillis = clock.getAsLong() + LINE_MILLIS;
    }
  }

  /** That no line has begun, or that it is not the client for whom the line waits. */
  void renew() {
    line = 0;
    dueMillis = clock.getAsLong() + IDLE_MILLIS;
    if (timer == null) {
      set();
    }
  }

  private void set() {
    long left = dueMillis - clock.getAsLong();
    timer = vertx.setTimer(Math.max(1, Math.min(left, LINE_MILLIS)), fired -> look());
  }

  private void look() {
    timer = null;
    if (clock.getAsLong() >= dueMillis) {
      late.run();
    } else {
      set();
    }
  }

  /** Stops watching. */
  void end() {
    Long set = timer;
    timer = null;
    if (set != null) {
      vertx.cancelTimer(set);
    }
  }
}
