package dev.outpour.http.response;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * An answer whose content is known in full before it begins. Whoever asks for the head alone gets
 * that, with the length of the content (RFC 9110, section 9.3.2): Vert.x would send the content all
 * the same over HTTP/2, and leave out the length over HTTP/1. For use on the event loop of the
 * request.
 */
public final class FullResponse {

  private FullResponse() {}

  /**
   * Ends the answer to a request.
   *
   * @return when it is written
   */
  public static Future<Void> end(HttpServerRequest request, Buffer content) {
    HttpServerResponse response = request.response();
    if (request.method().equals(HttpMethod.HEAD)) {
      return response
          .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(content.length()))
          .end();
    }
    return response.end(content);
  }
}
