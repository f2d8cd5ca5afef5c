package dev.outpour.http;

import io.vertx.core.http.HttpServerRequest;

/**
 * Chooses how a response is written: to its socket directly, where that works, or else through
 * Vert.x. For use on one event loop.
 */
final class StreamWriters {

  private final Backlog backlog;
  private boolean direct;

  /**
   * Takes the way through Vert.x, until it is told otherwise.
   *
   * @param backlog what is framed and waits in sockets
   */
  StreamWriters(Backlog backlog) {
    this.backlog = backlog;
  }

  /** Takes the direct way from now on, since it was tried, and works. */
  void writeDirectly() {
    direct = true;
  }

  /** What is framed and waits in sockets. */
  Backlog backlog() {
    return backlog;
  }

  /** A writer for the response to a request. */
  StreamWriter open(HttpServerRequest request) {
    SocketWriter writer = direct ? SocketWriter.of(request, backlog) : null;
    return writer != null ? writer : new ResponseWriter(request, backlog);
  }
}
