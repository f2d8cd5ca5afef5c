package dev.outpour.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
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
 * Serves the files of the folder {@code webroot}, and of the jar where that has none: nothing
 * hidden, and nothing that a link in the folder leads to outside of it. For use on one event loop,
 * which it does not block.
 */
final class StaticFiles implements Handler<RoutingContext> {

  private static final String FOLDER = "webroot";
  private static final String INDEX = "index.html";

  private final Vertx vertx;
  private final Handler<RoutingContext> others;
  private final StaticHandler files =
      StaticHandler.create(FOLDER)
          .setIncludeHidden(false)
          .setFilesReadOnly(false)
          // Else that of the locale.
          .setDefaultContentEncoding("utf-8")
          .setSendVaryHeader(false);

  /**
   * @param others what is asked of a file otherwise than to read it
   */
  StaticFiles(Vertx vertx, Handler<RoutingContext> others) {
    this.vertx = vertx;
    this.others = others;
  }

  @Override
  public void handle(RoutingContext context) {
    String name = name(context);
    context.request().pause();
    vertx
        .executeBlocking(() -> isThere(name), false)
        .onComplete(
            there -> {
              if (!there.succeeded() || !there.result()) {
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
   * Of a file all is sent, whatever range is asked for: the handler of Vert.x tells the wrong
   * length of one to HEAD, and gives a part of another version than the one that the client has a
   * part of.
   */
  private void read(RoutingContext context) {
    context.request().headers().remove(HttpHeaderNames.RANGE);
    HttpServerResponse response = context.response();
    response.putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
    response.headersEndHandler(ready -> response.headers().remove(HttpHeaderNames.ACCEPT_RANGES));
    files.handle(context);
  }

  /** What the handler of Vert.x looks for in its folder. */
  private static String name(RoutingContext context) {
    String decoded = RFC3986.decodeURIComponent(context.normalizedPath(), false);
    return Utils.pathOffset(RFC3986.removeDotSegments(decoded.replace('\\', '/')), context);
  }

  private boolean isThere(String name) {
    Path folder = Path.of(FOLDER);
    try {
      Path file = folder.resolve("." + name);
      return isInside(folder, file) && isInside(folder, file.resolve(INDEX)) && isPage(name);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** Whether there is a file of this name, or a folder with a page. */
  private boolean isPage(String name) {
    FileSystem disk = vertx.fileSystem();
    String file = FOLDER + name;
    if (name.endsWith("/")) {
      return disk.existsBlocking(file + INDEX);
    }
    return disk.existsBlocking(file)
        && (!disk.propsBlocking(file).isDirectory() || disk.existsBlocking(file + "/" + INDEX));
  }

  /** What is not there leads nowhere. */
  private static boolean isInside(Path folder, Path file) {
    try {
      return !file.toFile().exists() || file.toRealPath().startsWith(folder.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }
}
