package dev.outpour.http.publish;

import io.vertx.core.Vertx;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The deadline of a body of lines: 10 s to complete a line, 60 s between lines.
 *
 * <p>One timer serves a whole body, however many chunks arrive: it never runs longer than a line
 * may take, so a line that begins meanwhile needs no other timer. For use on the event loop of the
 * request.
 */
final class LineDeadline {

  /** How long a line may take from its first byte to its end. */
  static final long LINE_MILLIS = 10_000;

  /** How long the pause between two lines may be. */
  static final long IDLE_MILLIS = 60_000;

  private final Vertx vertx;
  private final LongSupplier clock;
  private final Runnable onLate;
  private long line;
  private long dueMillis;
  private @Nullable Long timer;

  /**
   * Starts, between two lines.
   *
   * @param clock milliseconds that never go back
   * @param onLate called each time the deadline passes, until {@link #end}
   */
  LineDeadline(Vertx vertx, LongSupplier clock, Runnable onLate) {
    this.vertx = vertx;
    this.clock = clock;
    this.onLate = onLate;
    renew();
  }

  /** Notes that a line has begun. A line that continues gets no more time. */
  void inLine(long number) {
    if (line != number) {
      line = number;
      dueMillis = clock.getAsLong() + LINE_MILLIS;
    }
  }

  /** Restarts the time: no line has begun, or the line waits for the hub. */
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
      onLate.run();
    } else {
      set();
    }
  }

  /** Stops. */
  void end() {
    Long set = timer;
    timer = null;
    if (set != null) {
      vertx.cancelTimer(set);
    }
  }
}
