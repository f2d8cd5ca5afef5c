package dev.outpour.history;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A wall clock and a monotonic clock that go only when told to. It may be used from any thread. */
public final class ManualClock {

  private final AtomicLong wallMillis = new AtomicLong(1_700_000_000_000L);
  private final AtomicLong monotonicNanos = new AtomicLong(-5_000_000_000L);

  public LogClock logClock() {
    return new LogClock(wallMillis::get, monotonicNanos::get);
  }

  public long wallMillis() {
    return wallMillis.get();
  }

  /** Lets time pass. */
  public void pass(Duration time) {
    setBy(time);
    monotonicNanos.addAndGet(time.toNanos());
  }

  /** Has somebody set the wall clock, forward or back. */
  public void setBy(Duration jump) {
    wallMillis.addAndGet(jump.toMillis());
  }
}
