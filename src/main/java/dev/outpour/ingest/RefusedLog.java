package dev.outpour.ingest;

import dev.outpour.update.Refusal;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log which updates that came over the event bus were refused, by what their request is
 * called, a line a second at most: of more it tells how many. For use on one event loop.
 */
final class RefusedLog {

  private static final Logger log = LoggerFactory.getLogger(RefusedLog.class);

  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier clockNanos;
  private long nextNanos;
  private int untold;

  /**
   * @param clockNanos a clock that never falls
   */
  RefusedLog(LongSupplier clockNanos) {
    this.clockNanos = clockNanos;
    this.nextNanos = clockNanos.getAsLong();
  }

  /** Tells of one; what it says of itself is for who sent it, and stays out of the log. */
  void add(@Nullable String request, Refusal refusal) {
    if (clockNanos.getAsLong() - nextNanos < 0) {
      untold++;
      return;
    }
    log.atInfo()
        .addKeyValue("request", request)
        .log(
            "Refused an update from the event bus: {}, request {}{}",
            refusal.status(),
            request == null ? "without a name" : request,
            untold == 0 ? "" : " (and " + untold + " more before)");
    untold = 0;
    nextNanos = clockNanos.getAsLong() + PAUSE_NANOS;
  }
}
