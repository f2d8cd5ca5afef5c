package dev.outpour.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.RFC3986;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.StaticHandler;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Serves the files of the folder {@code webroot}, and of the jar where that has none: nothing
 * hidden, and nothing that a link in the folder leads to outside of it. For use on one event loop,
 * which it does not block.
 */
final class Webroot implements Handler<RoutingContext> {

  private static final String FOLDER = "webroot";
  private static final String INDEX = "index.html";

  private final Vertx vertx;
  private final StaticHandler files =
      StaticHandler.create(FOLDER)
          .setIncludeHidden(false)
          .setFilesReadOnly(false)
          // Else that of the locale.
          .setDefaultContentEncoding("utf-8")
          .setMaxAgeSeconds(0);

  Webroot(Vertx vertx) {
    this.vertx = vertx;
  }

  @Override
  public void handle(RoutingContext context) {
    String path = context.normalizedPath();
    context.request().pause();
    vertx
        .executeBlocking(() -> isInside(path), false)
        .onComplete(
            inside -> {
              if (inside.succeeded() && inside.result()) {
                files.handle(context);
              } else {
                context.next();
              }
            });
  }

  private static boolean isInside(String path) {
    // As the handler of Vert.x finds the file.
    String decoded = RFC3986.decodeURIComponent(path, false).replace('\\', '/');
    Path folder = Path.of(FOLDER);
    try {
      Path file = folder.resolve("." + RFC3986.removeDotSegments(decoded));
      return isInside(folder, file) && isInside(folder, file.resolve(INDEX));
    } catch (InvalidPathException e) {
      return false;
    }
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
