package dev.outpour.http;

import dev.outpour.http.response.FullResponse;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/**
 * Serves the description of this API by OpenAPI 3.1, a file in the jar that is read once. For use
 * on one event loop.
 */
final class ApiDescription implements Handler<RoutingContext> {

  private static final String FILE = "openapi.json";

  private final Future<Buffer> document;

  ApiDescription(Vertx vertx) {
    this.document = vertx.fileSystem().readFile(FILE);
  }

  @Override
  public void handle(RoutingContext context) {
    document.onSuccess(content -> answer(context, content)).onFailure(context::fail);
  }

  private static void answer(RoutingContext context, Buffer content) {
    context
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
    FullResponse.end(context.request(), content);
  }
}
