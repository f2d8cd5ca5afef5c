package dev.outpour.http;

import io.vertx.core.http.HttpServerRequest;

/**
 * Chooses how a response is written: to its socket directly, where that works, or else through
 * Vert.x. For use on one event loop.
 */
final class StreamWriters {

  private final boolean direct;
  private final Backlog backlog = Backlog.ofOneLoop();

  /**
   * @param direct whether the direct way was tried, and works
   */
  StreamWriters(boolean direct) {
    this.direct = direct;
  }

  /** What waits in the sockets of this loop. */
  Backlog backlog() {
    return backlog;
  }

  /** A writer for the response to a request. */
  StreamWriter open(HttpServerRequest request) {
    SocketWriter writer = direct ? SocketWriter.of(request) : null;
    return writer != null
        ? writer
        : new ResponseWriter(request.response(), request.connection(), backlog);
  }
}
