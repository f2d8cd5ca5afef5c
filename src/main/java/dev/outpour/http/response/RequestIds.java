package dev.outpour.http.response;

import dev.outpour.update.RequestId;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code X-Request-Id}: what the client calls its request, if that is fit for a log, or
 * what the hub calls it. The response remembers it. For use on the event loop of the request.
 */
public final class RequestIds {

  public static final CharSequence HEADER = HttpHeaders.createOptimized("X-Request-Id");

  private RequestIds() {}

  /** What a request is called; it is told so in the answer. */
  public static String of(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    String known = given(response);
    if (known != null) {
      return known;
    }
    String sent = request.getHeader(HEADER);
    String id = sent != null && RequestId.isOne(sent) ? sent : RequestId.next();
    response.putHeader(HEADER, id);
    return id;
  }

  /** What the request of a response is called; null if it has no name. */
  public static @Nullable String given(HttpServerResponse response) {
    return response.headers().get(HEADER);
  }
}
