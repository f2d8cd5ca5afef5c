package dev.outpour.history;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A wall clock and a monotonic clock that the test moves. Thread-safe. */
public final class ManualClock {

  private final AtomicLong wallMillis = new AtomicLong(1_700_000_000_000L);
  private final AtomicLong monotonicNanos = new AtomicLong(-5_000_000_000L);

  public LogClock logClock() {
    return new LogClock(wallMillis::get, monotonicNanos::get);
  }

  public long wallMillis() {
    return wallMillis.get();
  }

  /** Moves both clocks forward. */
  public void pass(Duration time) {
    setBy(time);
    monotonicNanos.addAndGet(time.toNanos());
  }

  /** Sets the wall clock, forward or back. */
  public void setBy(Duration jump) {
    wallMillis.addAndGet(jump.toMillis());
  }
}
