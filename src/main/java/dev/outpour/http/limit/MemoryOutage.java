package dev.outpour.http.limit;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects that memory has been short for long while nothing was delivered or accepted: the process
 * is of no use then.
 *
 * <p>Each delivery and each accepted update restarts the time. Thread-safe.
 */
public final class MemoryOutage {

  /**
   * The event-bus address to which this process sends a message, to itself alone, when memory has
   * been short for {@code limits.memoryExitSeconds}.
   */
  public static final String ADDRESS = "outpour.memory";

  private static final Logger log = LoggerFactory.getLogger(MemoryOutage.class);
  private static final long DOWN_MILLIS = TimeUnit.MINUTES.toMillis(1);

  private final LongSupplier progress;
  private final LongSupplier nowMillis;
  private final long exitMillis;
  private final Runnable exit;
  private long seen = -1;
  private long sinceMillis;
  private boolean exiting;
  private volatile boolean down;

  /**
   * @param progress how many events were delivered and updates accepted so far
   * @param nowMillis a clock that never goes back
   * @param exitMillis after how long to end the process; 0: never
   * @param exit ends the process; called once
   */
  MemoryOutage(LongSupplier progress, LongSupplier nowMillis, long exitMillis, Runnable exit) {
    this.progress = progress;
    this.nowMillis = nowMillis;
    this.exitMillis = exitMillis;
    this.exit = exit;
  }

  /** Notes whether memory is short now. Call it about once a second. */
  synchronized void update(boolean tight) {
    long now = nowMillis.getAsLong();
    long count = progress.getAsLong();
    if (!tight || count != seen) {
      seen = count;
      sinceMillis = now;
    }
    long lasted = now - sinceMillis;
    down = lasted >= DOWN_MILLIS;
    if (exitMillis > 0 && lasted >= exitMillis && !exiting) {
      exiting = true;
      log.error(
          "Memory has been short for {} s and nothing was delivered or accepted: ending, so that the"
              + " hub is restarted. Give it more memory (-Xmx)",
          TimeUnit.MILLISECONDS.toSeconds(lasted));
      exit.run();
    }
  }

  /** Why clients should not be sent to this process; empty if they may be. */
  Optional<String> trouble() {
    return down
        ? Optional.of("Memory has been short for a minute, and nothing was delivered or accepted")
        : Optional.empty();
  }
}
