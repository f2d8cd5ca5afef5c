package dev.outpour.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Logs once a minute in one line that no connection can be accepted. Netty logs that every second
 * with a stack trace, which this filter suppresses. Any thread may call it.
 */
final class AcceptFailures extends TurboFilter {

  private static final org.slf4j.Logger log = LoggerFactory.getLogger(AcceptFailures.class);

  private static final String NETTY = "io.netty.";
  private static final String TOO_MANY = "Too many open files";
  private static final String ADVICE =
      ": let the process open more files (ulimit -n, LimitNOFILE), or close other files";

  private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final AtomicLong nextNanos = new AtomicLong(System.nanoTime());

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] params,
      @Nullable Throwable failure) {
    if (failure == null
        || !level.isGreaterOrEqual(Level.WARN)
        || !logger.getName().startsWith(NETTY)) {
      return FilterReply.NEUTRAL;
    }
    String message = String.valueOf(failure.getMessage());
    if (!message.startsWith("accept") && !message.equals(TOO_MANY)) {
      return FilterReply.NEUTRAL;
    }
    long now = System.nanoTime();
    long next = nextNanos.get();
    if (now - next >= 0 && nextNanos.compareAndSet(next, now + PAUSE_NANOS)) {
      log.error(
          "No connection can be accepted ({}){}",
          message,
          message.contains(TOO_MANY) ? ADVICE : "");
    }
    return FilterReply.DENY;
  }
}
