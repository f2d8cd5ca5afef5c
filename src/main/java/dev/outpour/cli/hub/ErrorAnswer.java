package dev.outpour.cli;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/**
 * An answer of the hub that is none of success.
 *
 * @param status its status
 * @param problem its body, by RFC 9457; empty if it is none
 */
record Refused(int status, JsonObject problem) {

  static Refused of(int status, Buffer body) {
    try {
      return new Refused(status, body.toJsonObject());
    } catch (DecodeException | ClassCastException e) {
      return new Refused(status, new JsonObject());
    }
  }

  /** Whether the hub cannot answer now, and may later. */
  boolean isPassing() {
    return status == 429 || status >= 500;
  }

  /** What is wrong, and what to change, safe for a terminal. */
  String detail() {
    String detail = problem.getValue("detail") instanceof String text ? text : "";
    String option = status == 401 ? " (here by --token, or HUB_TOKEN in the environment)" : "";
    return Printable.of(detail.isEmpty() ? "The hub answers " + status : detail) + option;
  }
}
