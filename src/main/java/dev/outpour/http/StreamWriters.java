package dev.outpour.http;

import io.vertx.core.http.HttpServerRequest;

/**
 * Chooses how a response is written: to its socket directly, where that works, or else through
 * Vert.x. For use on one event loop.
 */
final class StreamWriters {

  private final Backlog backlog = Backlog.ofOneLoop();
  private boolean direct;

  /** Takes the direct way from now on, since it was tried, and works. */
  void writeDirectly() {
    direct = true;
  }

  /** What waits in the sockets of this loop. */
  Backlog backlog() {
    return backlog;
  }

  /** A writer for the response to a request. */
  StreamWriter open(HttpServerRequest request) {
    SocketWriter writer = direct ? SocketWriter.of(request) : null;
    return writer != null ? writer : new ResponseWriter(request, backlog);
  }
}
