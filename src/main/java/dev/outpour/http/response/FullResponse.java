package dev.outpour.http.response;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/**
 * Sends a response whose body is complete. HEAD gets the head alone, with the length of the body
 * (RFC 9110, section 9.3.2): Vert.x would send the body over HTTP/2, and omit the length over
 * HTTP/1. For use on the event loop of the request.
 */
public final class FullResponse {

  public static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

  private FullResponse() {}

  /** Whether a response can still be sent: it has not ended and the client is still connected. */
  public static boolean isOpen(HttpServerResponse response) {
    return !response.ended() && !response.closed();
  }

  /** Sends JSON that may not be cached, if the response is still open. */
  public static void sendJson(HttpServerRequest request, JsonObject body) {
    HttpServerResponse response = request.response();
    if (isOpen(response)) {
      response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
      send(request, JSON, body.toBuffer().appendString("\n"));
    }
  }

  /** Sends a body, if the response is still open. */
  public static void send(HttpServerRequest request, CharSequence contentType, Buffer body) {
    HttpServerResponse response = request.response();
    if (isOpen(response)) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
      var unused = end(request, body);
    }
  }

  /**
   * Ends a response.
   *
   * @return completes when the body is written
   */
  public static Future<Void> end(HttpServerRequest request, Buffer body) {
    HttpServerResponse response = request.response();
    if (request.method().equals(HttpMethod.HEAD)) {
      return response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length())).end();
    }
    return response.end(body);
  }
}
