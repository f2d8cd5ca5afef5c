package dev.outpour.cli;

import dev.outpour.cli.terminal.Colours;
import dev.outpour.cli.terminal.PrintableText;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.stream.Collectors;

/** How an update is shown: a line each. For one thread. */
interface EventPrinter {

  /**
   * Prints an update.
   *
   * @param envelope as the hub gives it for {@code envelope=json}
   * @return whether there is anybody left who reads what is printed
   */
  boolean print(String id, String envelope);

  /** As one object of JSON: the envelope with the id before all else, the data as it was. */
  static EventPrinter json(PrintStream out) {
    PrintStream text = new PrintStream(out, false, StandardCharsets.UTF_8);
    return (id, envelope) -> {
      // Within strings, where alone they may be, they mean the same when they are written out.
      text.print(PrintableText.of("{\"id\":\"" + id + "\"," + envelope.substring(1)) + "\n");
      return !text.checkError();
    };
  }

  /** For people, in colours where a terminal shows them and they are wanted. */
  static EventPrinter text(PrintStream out, ZoneId zone) {
    PrintStream text = new PrintStream(out, false, StandardCharsets.UTF_8);
    DateTimeFormatter clock = DateTimeFormatter.ofPattern("HH:mm:ss").withZone(zone);
    Colours colours = Colours.ofStandardOutput();
    return (id, envelope) -> {
      text.println(line(envelope, clock, colours));
      return !text.checkError();
    };
  }

  private static String line(String envelope, DateTimeFormatter clock, Colours colours) {
    JsonObject update;
    try {
      update = new JsonObject(envelope);
    } catch (DecodeException e) {
      // Too deep, or too long, for who wants to look into it.
      return PrintableText.of(envelope);
    }
    String topics =
        update.getJsonArray("topics").stream()
            .map(topic -> PrintableText.of(topic.toString()))
            .collect(Collectors.joining(","));
    String event = update.getString("event");
    return colours.faint(clock.format(Instant.parse(update.getString("time"))))
        + "  "
        + colours.strong(topics)
        + (event == null ? "" : "  " + colours.accent(PrintableText.of(event)))
        + "  "
        + PrintableText.of(data(update, envelope));
  }

  /** Text as it is, JSON as the publisher wrote it: it is the last of the envelope's members. */
  private static String data(JsonObject update, String envelope) {
    if (update.getValue("data") instanceof String words) {
      return words;
    }
    String begin = "\"data\":";
    return envelope.substring(
        envelope.indexOf(begin, endOfEvent(envelope)) + begin.length(), envelope.length() - 1);
  }

  private static int endOfEvent(String envelope) {
    return envelope.indexOf("\"event\":");
  }
}
