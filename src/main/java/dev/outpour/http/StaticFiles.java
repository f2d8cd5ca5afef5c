package dev.outpour.http;

import dev.outpour.http.response.FullResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.net.RFC3986;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.StaticHandler;
import io.vertx.ext.web.impl.Utils;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Serves the files of the folder {@code webroot}, or of the jar: no hidden files, and none outside
 * of the folder that a link leads to. For use on one event loop, which it does not block.
 */
final class StaticFiles implements Handler<RoutingContext> {

  private static final String FOLDER = "webroot";
  private static final String INDEX = "index.html";
  private static final String API_DESCRIPTION = "openapi.json";

  /** The page needs its own scripts and styles and a connection to this server, nothing else. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final Vertx vertx;
  private final Handler<RoutingContext> others;
  private final StaticHandler files =
      StaticHandler.create(FOLDER)
          .setIncludeHidden(false)
          .setFilesReadOnly(false)
          // The default depends on the locale.
          .setDefaultContentEncoding("utf-8")
          .setSendVaryHeader(false);

  /**
   * @param others handles requests for files with other methods than GET and HEAD
   */
  StaticFiles(Vertx vertx, Handler<RoutingContext> others) {
    this.vertx = vertx;
    this.others = others;
  }

  /** Serves the OpenAPI description of the hub, a file in the jar that is read once. */
  static Handler<RoutingContext> apiDescription(Vertx vertx) {
    Future<Buffer> document = vertx.fileSystem().readFile(API_DESCRIPTION);
    return context ->
        document
            .onSuccess(
                content -> {
                  context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
                  FullResponse.send(context.request(), FullResponse.JSON, content);
                })
            .onFailure(context::fail);
  }

  @Override
  public void handle(RoutingContext context) {
    context
        .response()
        .putHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        .putHeader("Referrer-Policy", "no-referrer");
    String name = name(context);
    context.request().pause();
    vertx
        .executeBlocking(() -> exists(name), false)
        .onComplete(
            found -> {
              if (!found.succeeded() || !found.result()) {
                context.next();
              } else if (isRead(context.request())) {
                read(context);
              } else {
                others.handle(context);
              }
            });
  }

  private static boolean isRead(HttpServerRequest request) {
    return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
  }

  /**
   * Sends the whole file and ignores ranges: the handler of Vert.x tells HEAD the wrong length of a
   * range, and may send a range of another version than the client has.
   */
  private void read(RoutingContext context) {
    context.request().headers().remove(HttpHeaderNames.RANGE);
    HttpServerResponse response = context.response();
    response.putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
    response.headersEndHandler(ready -> response.headers().remove(HttpHeaderNames.ACCEPT_RANGES));
    files.handle(context);
  }

  /** The name that the handler of Vert.x looks up in its folder. */
  private static String name(RoutingContext context) {
    String decoded = RFC3986.decodeURIComponent(context.normalizedPath(), false);
    return Utils.pathOffset(RFC3986.removeDotSegments(decoded.replace('\\', '/')), context);
  }

  private boolean exists(String name) {
    Path folder = Path.of(FOLDER);
    try {
      Path file = folder.resolve("." + name);
      return isInside(folder, file) && isInside(folder, file.resolve(INDEX)) && hasFile(name);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** Whether there is a file of this name, or a folder with an index page. */
  private boolean hasFile(String name) {
    FileSystem disk = vertx.fileSystem();
    String file = FOLDER + name;
    if (name.endsWith("/")) {
      return disk.existsBlocking(file + INDEX);
    }
    return disk.existsBlocking(file)
        && (!disk.propsBlocking(file).isDirectory() || disk.existsBlocking(file + "/" + INDEX));
  }

  /** A file that does not exist counts as inside. */
  private static boolean isInside(Path folder, Path file) {
    try {
      return !file.toFile().exists() || file.toRealPath().startsWith(folder.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }
}
