package dev.outpour.logging;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import io.vertx.launcher.application.VertxApplication;
import org.slf4j.LoggerFactory;

/**
 * The logging of the process. {@code logback.xml} defines the lines, and this class applies the
 * configuration. Only this package knows Logback.
 */
public final class Logging {
  private Logging() {}

  public static void apply(LoggingSettings settings) {
    context().addTurboFilter(new AcceptFailures());
    Level level = Level.toLevel(settings.level().name());
    context().getLogger("dev.outpour").setLevel(level);
    // Libraries never log more than INFO, but less if the configuration says so.
    Level libraries = level.isGreaterOrEqual(Level.INFO) ? level : Level.INFO;
    context().getLogger(Logger.ROOT_LOGGER_NAME).setLevel(libraries);
    if (settings.format() == LoggingSettings.Format.JSON) {
      useJson();
    }
  }

  /**
   * Silences the launcher of Vert.x, which logs failures with stack traces. From here on, every
   * failure reaches a hook that logs one line.
   */
  public static void silenceLauncher() {
    context().getLogger(VertxApplication.class).setLevel(Level.OFF);
  }

  /** Logs to standard error. */
  public static void useStandardError() {
    ConsoleAppender<ILoggingEvent> console = console();
    console.stop();
    console.setTarget("System.err");
    console.start();
  }

  /** Flushes the log. Later lines are lost. */
  public static void stop() {
    context().stop();
  }

  private static void useJson() {
    ConsoleAppender<ILoggingEvent> console = console();
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context());
    encoder.setWithSequenceNumber(false);
    encoder.setWithContext(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithArguments(false);
    encoder.setWithMessage(false);
    encoder.setWithFormattedMessage(true);
    encoder.start();
    console.stop();
    console.setEncoder(encoder);
    console.start();
  }

  private static ConsoleAppender<ILoggingEvent> console() {
    AsyncAppender async =
        (AsyncAppender) context().getLogger(Logger.ROOT_LOGGER_NAME).getAppender("ASYNC");
    return (ConsoleAppender<ILoggingEvent>) async.getAppender("CONSOLE");
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }
}
