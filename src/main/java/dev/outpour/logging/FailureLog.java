package dev.outpour.logging;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes wrong on one event loop that nothing foresaw: it is said in the log, but not for each
 * of thousands of readers or requests. For use on that loop only.
 */
public final class FailureLog {

  private static final Logger log = LoggerFactory.getLogger(FailureLog.class);

  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final String subject;
  private long count;
  private long toldCount;
  private long toldNanos;

  /**
   * Creates it.
   *
   * @param subject what fails, as the line in the log begins
   */
  public FailureLog(String subject) {
    this.subject = subject;
  }

  /**
   * Takes in what went wrong.
   *
   * @param doing what was being done, as it goes on after "while"
   */
  public void add(String doing, Throwable cause) {
    long now = System.nanoTime();
    count++;
    if (toldCount == 0 || now - toldNanos >= QUIET_NANOS) {
      log.error("{} failed {} times, now while {}", subject, count - toldCount, doing, cause);
      toldCount = count;
      toldNanos = now;
    }
  }

  /** Does something that is not to hold up what comes after it. */
  public void attempt(String doing, Runnable what) {
    try {
      what.run();
    } catch (Throwable e) {
      add(doing, e);
    }
  }
}
