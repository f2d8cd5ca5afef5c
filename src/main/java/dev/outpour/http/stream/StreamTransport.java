package dev.outpour.http.stream;

import dev.outpour.http.socket.Sockets;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.HttpServerRequest;

/**
 * What one response has of its connection: with HTTP/1 all of it, with HTTP/2 one stream of many.
 * For use on the connection's event loop only.
 */
interface StreamTransport {

  /** The transport of a request's response. */
  static StreamTransport of(HttpServerRequest request) {
    Channel channel = Sockets.of(request);
    return Sockets.isShared(request)
        ? new Http2Transport(
            channel,
            channel.pipeline().get(Http2ConnectionHandler.class),
            request.response().streamId())
        : new Http1Transport(channel);
  }

  /**
   * How many bytes to write at once, at least 1: more would hold up others on the connection.
   *
   * @param most how many there is memory for
   */
  int room(int most);

  /**
   * How many bytes wait; less whenever any are taken.
   *
   * @param underWay bytes of the response that were written and are not known to be taken
   * @param rest bytes that are still to be written
   */
  long pendingBytes(int underWay, int rest);

  /** The address at the other end of the connection; empty if there is none. */
  String address();

  /** Whether the other end has gone without a word. */
  boolean isSilent();

  /** Ends it at once, whatever waits. */
  void reset();
}
