package dev.outpour.cli;

import dev.outpour.logging.EscapedText;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;

/** Prints each update on one line. Not thread-safe. */
interface EventPrinter {

  /**
   * Prints an update.
   *
   * @param envelope the event's data, as the hub sends it for {@code envelope=json}
   * @return whether the output is still open
   */
  boolean print(String id, String envelope);

  /** Prints one JSON object: the envelope with the id in front. The data stays as it was. */
  static EventPrinter json(PrintStream out) {
    PrintStream text = new PrintStream(out, false, StandardCharsets.UTF_8);
    return (id, envelope) -> {
      text.print(EscapedText.printable("{\"id\":\"" + id + "\"," + envelope.substring(1)) + "\n");
      return !text.checkError();
    };
  }

  /** Prints for people, with colours on a terminal unless {@code NO_COLOR} is set. */
  static EventPrinter text(PrintStream out, ZoneId zone) {
    PrintStream text = new PrintStream(out, false, StandardCharsets.UTF_8);
    DateTimeFormatter clock = DateTimeFormatter.ofPattern("HH:mm:ss").withZone(zone);
    return (id, envelope) -> {
      text.println(line(envelope, clock));
      return !text.checkError();
    };
  }

  private static String line(String envelope, DateTimeFormatter clock) {
    JsonObject update;
    try {
      update = new JsonObject(envelope);
    } catch (DecodeException e) {
      // Nested too deeply, or too long, to be parsed.
      return EscapedText.printable(envelope);
    }
    String topics =
        update.getJsonArray("topics").stream()
            .map(topic -> EscapedText.printable(topic.toString()))
            .collect(Collectors.joining(","));
    String event = update.getString("event");
    return styled(clock.format(Instant.parse(update.getString("time"))), Style.faint)
        + "  "
        + styled(topics, Style.bold)
        + (event == null ? "" : "  " + styled(EscapedText.printable(event), Style.fg_cyan))
        + "  "
        + EscapedText.printable(data(update, envelope));
  }

  private static String styled(String text, Style style) {
    return Ansi.AUTO.enabled() ? style.on() + text + Style.reset.on() : text;
  }

  /** Text unquoted, JSON as the publisher wrote it. It is the last member of the envelope. */
  private static String data(JsonObject update, String envelope) {
    if (update.getValue("data") instanceof String text) {
      return text;
    }
    String begin = "\"data\":";
    return envelope.substring(
        envelope.indexOf(begin, endOfEvent(envelope)) + begin.length(), envelope.length() - 1);
  }

  private static int endOfEvent(String envelope) {
    return envelope.indexOf("\"event\":");
  }
}
