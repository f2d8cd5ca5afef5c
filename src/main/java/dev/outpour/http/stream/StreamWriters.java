package dev.outpour.http.stream;

import io.vertx.core.http.HttpServerRequest;

/**
 * Chooses how a response is written: to its socket directly, where that works, or else through
 * Vert.x. For use on one event loop.
 */
public final class StreamWriters {

  private final PendingWrites backlog;
  private boolean direct;

  /**
   * Takes the way through Vert.x, until it is told otherwise.
   *
   * @param backlog what is framed and waits in sockets
   */
  public StreamWriters(PendingWrites backlog) {
    this.backlog = backlog;
  }

  /** Takes the direct way from now on, since it was tried, and works. */
  public void writeDirectly() {
    direct = true;
  }

  /** What is framed and waits in sockets. */
  public PendingWrites backlog() {
    return backlog;
  }

  /** A writer for the response to a request. */
  public StreamWriter open(HttpServerRequest request) {
    SocketWriter writer = direct ? SocketWriter.of(request, backlog) : null;
    return writer != null ? writer : new ResponseWriter(request, backlog);
  }
}
