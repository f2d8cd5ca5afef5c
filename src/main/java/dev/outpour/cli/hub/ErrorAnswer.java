package dev.outpour.cli.hub;

import dev.outpour.cli.terminal.PrintableText;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/**
 * An answer of the hub that is none of success.
 *
 * @param status its status
 * @param problem its body, by RFC 9457; empty if it is none
 */
public record ErrorAnswer(int status, JsonObject problem) {

  public static ErrorAnswer of(int status, Buffer body) {
    try {
      return new ErrorAnswer(status, body.toJsonObject());
    } catch (DecodeException | ClassCastException e) {
      return new ErrorAnswer(status, new JsonObject());
    }
  }

  /** Whether the hub cannot answer now, and may later. */
  public boolean isPassing() {
    return status == 429 || status >= 500;
  }

  /** What is wrong, and what to change, safe for a terminal. */
  public String detail() {
    String detail = problem.getValue("detail") instanceof String text ? text : "";
    String option = status == 401 ? " (here by --token, or HUB_TOKEN in the environment)" : "";
    return PrintableText.of(detail.isEmpty() ? "The hub answers " + status : detail) + option;
  }
}
