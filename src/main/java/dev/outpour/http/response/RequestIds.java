package dev.outpour.http.response;

import dev.outpour.update.RequestId;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code X-Request-Id}: the client's id of a request if it is fit for a log, or else an
 * id that the hub makes. The response carries it. For use on the event loop of the request.
 */
public final class RequestIds {

  public static final CharSequence HEADER = HttpHeaders.createOptimized("X-Request-Id");

  private RequestIds() {}

  /** The id of a request; sets it in the response. */
  public static String of(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    String known = given(response);
    if (known != null) {
      return known;
    }
    String header = request.getHeader(HEADER);
    String id = header != null && RequestId.isOne(header) ? header : RequestId.next();
    response.putHeader(HEADER, id);
    return id;
  }

  /** The id in a response; null if there is none. */
  public static @Nullable String given(HttpServerResponse response) {
    return response.headers().get(HEADER);
  }
}
