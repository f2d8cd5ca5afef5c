package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The format of log lines, by the shipped {@code logback.xml}. */
class LogLineTest {
  private final LoggerContext context = new LoggerContext();

  @BeforeEach
  void configure() throws Exception {
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(getClass().getResource("/logback.xml"));
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  private List<String> lines(String message, Throwable failure) {
    Logger logger = context.getLogger("dev.outpour.Main");
    LoggingEvent event = new LoggingEvent("x", logger, Level.ERROR, message, failure, null);
    AsyncAppender async =
        (AsyncAppender) context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("ASYNC");
    ConsoleAppender<ILoggingEvent> console =
        (ConsoleAppender<ILoggingEvent>) async.getAppender("CONSOLE");
    byte[] written = console.getEncoder().encode(event);
    return new String(written, StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void aMessageIsOneLineWhateverItHolds() {
    assertThat(lines("asked for a\r\nERROR Main - all is lost", null))
        .singleElement()
        .asString()
        .endsWith("ERROR Main - asked for a\\r\\nERROR Main - all is lost");
  }

  @Test
  void aTraceIsIndentedWhateverItsMessageHolds() {
    List<String> lines = lines("failed", new IllegalStateException("a\n2026 ERROR b\rc"));

    assertThat(lines.get(0)).endsWith(" - failed");
    assertThat(lines).hasSizeGreaterThan(3);
    assertThat(lines.subList(1, lines.size())).allMatch(line -> line.startsWith("    "));
  }
}
