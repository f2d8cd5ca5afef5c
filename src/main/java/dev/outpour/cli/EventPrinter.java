package dev.outpour.cli;

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
      text.print("{\"id\":\"" + id + "\"," + envelope.substring(1) + "\n");
      return !text.checkError();
    };
  }

  /** For people, in colours where a terminal shows them and they are wanted. */
  static EventPrinter text(PrintStream out, ZoneId zone) {
    PrintStream text = new PrintStream(out, false, StandardCharsets.UTF_8);
    DateTimeFormatter clock = DateTimeFormatter.ofPattern("HH:mm:ss").withZone(zone);
    Colours colours = Colours.ofStandardOutput();
    return (id, envelope) -> {
      JsonObject update = new JsonObject(envelope);
      String topics =
          update.getJsonArray("topics").stream()
              .map(topic -> Printable.of(topic.toString()))
              .collect(Collectors.joining(","));
      String event = update.getString("event");
      text.println(
          colours.faint(clock.format(Instant.parse(update.getString("time"))))
              + "  "
              + colours.strong(topics)
              + (event == null ? "" : "  " + colours.accent(Printable.of(event)))
              + "  "
              + Printable.of(data(update, envelope)));
      return !text.checkError();
    };
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
