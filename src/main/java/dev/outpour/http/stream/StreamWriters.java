package dev.outpour.http.stream;

import io.vertx.core.http.HttpServerRequest;

/**
 * Chooses how a response is written: to its socket directly where that works, otherwise through
 * Vert.x. For use on one event loop.
 */
public final class StreamWriters {

  private final PendingWrites backlog;
  private boolean direct;

  /**
   * Begins with writes through Vert.x.
   *
   * @param backlog the bytes that are encoded or wait in sockets
   */
  public StreamWriters(PendingWrites backlog) {
    this.backlog = backlog;
  }

  /** Writes directly from now on, since that was tried and works. */
  public void writeDirectly() {
    direct = true;
  }

  /** The bytes that are encoded or wait in sockets. */
  public PendingWrites backlog() {
    return backlog;
  }

  /** A writer for the response to a request. */
  public StreamWriter open(HttpServerRequest request) {
    SocketWriter writer = direct ? SocketWriter.of(request, backlog) : null;
    return writer != null ? writer : new ResponseWriter(request, backlog);
  }
}
