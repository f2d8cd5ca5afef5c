package dev.outpour.http;

import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/**
 * That an answer is the last one of its connection of HTTP/1: it says {@code Connection: close},
 * and no request behind it is processed (RFC 9112, section 9.6), also none that Vert.x has read
 * already. For use on the connection's event loop only.
 */
final class LastAnswer {

  private static final AttributeKey<Boolean> SAID = AttributeKey.valueOf("outpour.lastAnswer");

  private LastAnswer() {}

  /** Has the answer to a request say so; of HTTP/2 no answer is. */
  static void say(HttpServerRequest request) {
    if (!Lane.isShared(request)) {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      ResponseWriter.channel(request.connection()).attr(SAID).set(true);
    }
  }

  /** Whether one has on the connection of a request. */
  static boolean isSaid(HttpServerRequest request) {
    return ResponseWriter.channel(request.connection()).hasAttr(SAID);
  }
}
