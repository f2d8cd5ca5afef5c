package dev.outpour.http;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Records the log of this process while open, as {@code LEVEL logger: message}. */
public final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

  /** Starts to record. */
  public static LogLines listen() {
    LogLines lines = new LogLines();
    lines.setContext(lines.root.getLoggerContext());
    lines.start();
    lines.root.addAppender(lines);
    return lines;
  }

  @Override
  protected void append(ILoggingEvent event) {
    events.add(event);
  }

  /** The values of a field in all lines. */
  public List<String> fields(String name) {
    return events.stream()
        .filter(event -> event.getKeyValuePairs() != null)
        .flatMap(event -> event.getKeyValuePairs().stream())
        .filter(pair -> pair.key.equals(name))
        .map(pair -> String.valueOf(pair.value))
        .toList();
  }

  /** The messages of one class. */
  public List<String> of(Class<?> logger) {
    return events.stream()
        .filter(event -> event.getLoggerName().equals(logger.getName()))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  /** All lines. */
  public List<String> all() {
    return events.stream().map(LogLines::describe).toList();
  }

  /** Warnings and errors, with their stack traces. */
  public List<String> troubles() {
    return events.stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .map(LogLines::describe)
        .toList();
  }

  private static String describe(ILoggingEvent event) {
    String line =
        event.getLevel() + " " + event.getLoggerName() + ": " + event.getFormattedMessage();
    return event.getThrowableProxy() == null
        ? line
        : line + "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy());
  }

  @Override
  public void close() {
    root.detachAppender(this);
    stop();
  }
}
