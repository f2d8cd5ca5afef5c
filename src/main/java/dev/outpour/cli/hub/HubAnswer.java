package dev.outpour.cli.hub;

import dev.outpour.logging.EscapedText;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A hub's answer to a request.
 *
 * @param status the HTTP status
 * @param json the body; empty if it is not a JSON object. An error's body follows RFC 9457.
 * @param retryAfterMillis how long the hub asks the client to wait before the next request
 */
public record HubAnswer(int status, JsonObject json, long retryAfterMillis) {

  /** Reads the body of a response. */
  public static Future<HubAnswer> of(HttpClientResponse response) {
    long retryAfter = millis(response.getHeader(HttpHeaders.RETRY_AFTER));
    return response
        .body()
        .map(body -> new HubAnswer(response.statusCode(), object(body), retryAfter));
  }

  private static JsonObject object(Buffer body) {
    try {
      return body.toJsonObject();
    } catch (DecodeException | ClassCastException e) {
      return new JsonObject();
    }
  }

  private static long millis(@Nullable String seconds) {
    return seconds != null && seconds.matches("\\d{1,4}") ? Long.parseLong(seconds) * 1_000 : 0;
  }

  public boolean isOk() {
    return status == 200;
  }

  /** Whether the same request may succeed later. */
  public boolean isTemporary() {
    return status == 429 || status >= 500;
  }

  /** Why the hub refused, and what to change; safe for a terminal. */
  public String detail() {
    String detail = json.getValue("detail") instanceof String text ? text : "";
    String option = status == 401 ? " (use --token, or HUB_TOKEN in the environment)" : "";
    return EscapedText.printable(detail.isEmpty() ? "The hub answered " + status : detail) + option;
  }

  /** This answer as the failure of a request that can be retried. */
  public TemporaryFailureException temporary() {
    return new TemporaryFailureException(detail(), retryAfterMillis);
  }
}
