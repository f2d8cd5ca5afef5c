package dev.outpour.logging;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs unexpected failures on one event loop, at most once in ten seconds, since one cause may hit
 * thousands of subscribers. Confined to that loop.
 */
public final class FailureLog {

  private static final Logger log = LoggerFactory.getLogger(FailureLog.class);

  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final String subject;
  private long count;
  private long loggedCount;
  private long loggedNanos;

  /**
   * Creates it.
   *
   * @param subject the first word of the line in the log
   */
  public FailureLog(String subject) {
    this.subject = subject;
  }

  /**
   * Records a failure.
   *
   * @param doing what the loop was doing, as it follows the word "while"
   */
  public void add(String doing, Throwable cause) {
    long now = System.nanoTime();
    count++;
    if (loggedCount == 0 || now - loggedNanos >= PAUSE_NANOS) {
      log.error("{} failed {} times, now while {}", subject, count - loggedCount, doing, cause);
      loggedCount = count;
      loggedNanos = now;
    }
  }

  /** Runs an action, and logs its failure instead of throwing it. */
  public void attempt(String doing, Runnable action) {
    try {
      action.run();
    } catch (Throwable e) {
      add(doing, e);
    }
  }
}
