package dev.outpour.http.limit;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether memory has been short for so long, with nothing delivered or taken meanwhile, that
 * the process is of no use.
 *
 * <p>One delivery or one accepted update begins the time anew. For use by all threads.
 */
public final class MemoryOutage {

  /**
   * The address of the event bus on which this process is told, by itself, that memory has been
   * short for {@code limits.memoryExitSeconds}.
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
   * @param progress how many events were delivered and updates taken so far
   * @param nowMillis a clock that never falls
   * @param exitMillis after how long to give the process up; 0: never
   * @param exit gives the process up; called once
   */
  MemoryOutage(LongSupplier progress, LongSupplier nowMillis, long exitMillis, Runnable exit) {
    this.progress = progress;
    this.nowMillis = nowMillis;
    this.exitMillis = exitMillis;
    this.exit = exit;
  }

  /** Takes in whether memory is short now; to be called every second or so. */
  synchronized void look(boolean tight) {
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
          "Memory has been short for {} s and nothing was delivered or taken: ending, to be started"
              + " again. Give the hub more (-Xmx)",
          TimeUnit.MILLISECONDS.toSeconds(lasted));
      exit.run();
    }
  }

  /** Why nobody should be sent here; empty if there is no reason. */
  Optional<String> trouble() {
    return down
        ? Optional.of("Memory has been short for a minute: nothing was delivered or taken")
        : Optional.empty();
  }
}
