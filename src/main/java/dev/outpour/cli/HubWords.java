package dev.outpour.cli;

import dev.outpour.cli.terminal.PrintableText;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/** What the hub says of a stream, in words for people. May be called from any thread. */
final class HubWords {

  private HubWords() {}

  /**
   * One line, without what a terminal would take for a command.
   *
   * @param word the event's name, after {@code outpour.}
   * @param data what it says
   * @param id the position that it names; empty if it names none
   */
  static String of(String word, String data, String id) {
    JsonObject said = read(data);
    String told =
        switch (word) {
          case "resumed" ->
              "Back again: the log has grown by " + said.getValue("missed") + " meanwhile";
          case "truncated" ->
              "damaged".equals(said.getValue("reason"))
                  ? "Updates are missing (damaged): the hub cannot read them any more"
                  : "Updates are missing (" + said.getValue("reason") + "): it goes on after " + id;
          case "ended" -> "The topic " + said.getValue("topic") + " has ended";
          case "closing" -> "The hub ends the stream (" + said.getValue("reason") + ")";
          default -> word + " " + data;
        };
    return PrintableText.of(told);
  }

  private static JsonObject read(String data) {
    try {
      return Buffer.buffer(data).toJsonObject();
    } catch (DecodeException | ClassCastException e) {
      return new JsonObject();
    }
  }
}
