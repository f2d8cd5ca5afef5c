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
 * Has the log say in one line, once a minute at most, that no connection can be accepted: Netty
 * says it each second with a stack trace. What others than Netty say is left alone. It may be
 * called from any thread.
 */
final class AcceptFailures extends TurboFilter {

  private static final org.slf4j.Logger log = LoggerFactory.getLogger(AcceptFailures.class);

  private static final String NETTY = "io.netty.";
  private static final String TOO_MANY = "Too many open files";
  private static final String ADVICE =
      ": let the process open more files (ulimit -n, LimitNOFILE), or see what else has them open";

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
