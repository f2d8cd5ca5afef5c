package dev.outpour.cli;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import dev.outpour.auth.AuthSettings;
import dev.outpour.cli.hub.OwnHub;
import dev.outpour.history.HistorySettings;
import dev.outpour.settings.Settings;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;

/**
 * The result of a command that ran in this process with its own streams.
 *
 * @param code the exit code
 */
public record CommandRun(int code, String output, String errors) {

  /** Runs a command with an empty configuration. */
  public static CommandRun of(String... args) {
    return of(new JsonObject(), "", args);
  }

  /**
   * Runs a command.
   *
   * @param auth the section {@code auth}
   * @param input the content of standard input
   */
  public static CommandRun of(JsonObject auth, String input, String... args) {
    Settings settings = Settings.of(new JsonObject().put("auth", auth));
    AuthSettings rights = AuthSettings.from(settings.section("auth"));
    HistorySettings history = HistorySettings.from(settings.section("history"));
    InputStream in = System.in;
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    ConsoleAppender<ILoggingEvent> console = console();
    console.stop();
    try {
      System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
      System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
      int code =
          Commands.run(
              conf -> rights,
              conf -> history,
              conf -> new OwnHub("http://localhost:3000", java.util.Optional.empty()),
              args);
      return new CommandRun(
          code, output.toString(StandardCharsets.UTF_8), errors.toString(StandardCharsets.UTF_8));
    } finally {
      console.start();
      System.setIn(in);
      System.setOut(out);
      System.setErr(err);
    }
  }

  /** The log's appender: its lines would mix with the command's output. */
  private static ConsoleAppender<ILoggingEvent> console() {
    Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    AsyncAppender async = (AsyncAppender) root.getAppender("ASYNC");
    return (ConsoleAppender<ILoggingEvent>) async.getAppender("CONSOLE");
  }
}
