package dev.outpour.cli;

import dev.outpour.logging.EscapedText;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/** Describes the hub's own events to people. Thread-safe. */
final class HubWords {

  private HubWords() {}

  /**
   * One line, safe for a terminal.
   *
   * @param name the event's name, after {@code outpour.}
   * @param data the event's data
   * @param id the event's id; empty if it has none
   */
  static String of(String name, String data, String id) {
    JsonObject event = read(data);
    String line =
        switch (name) {
          case "resumed" ->
              "Resumed: the log grew by " + event.getValue("missed") + " updates meanwhile";
          case "truncated" ->
              "damaged".equals(event.getValue("reason"))
                  ? "Updates are missing (damaged): the hub cannot read them"
                  : "Updates are missing ("
                      + event.getValue("reason")
                      + "): continuing after "
                      + id;
          case "ended" -> "The topic " + event.getValue("topic") + " has ended";
          case "closing" -> "The hub ends the stream (" + event.getValue("reason") + ")";
          default -> name + " " + data;
        };
    return EscapedText.printable(line);
  }

  private static JsonObject read(String data) {
    try {
      return Buffer.buffer(data).toJsonObject();
    } catch (DecodeException | ClassCastException e) {
      return new JsonObject();
    }
  }
}
