package dev.outpour.http.stream;

import dev.outpour.http.socket.Sockets;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.HttpServerRequest;

/**
 * What one response has of its connection: of HTTP/1 all of it, of HTTP/2 a stream beside others.
 * For use on the connection's event loop only.
 */
interface StreamTransport {

  /** That of a request. */
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
   * How many bytes to write at once, 1 at least: more would wait where others stand behind them.
   *
   * @param most how many there is memory for
   */
  int room(int most);

  /**
   * How many bytes wait, so that any that are taken make it less.
   *
   * @param underWay those of the response that were written and are not known to be taken
   * @param rest those that are still to be written
   */
  long pendingBytes(int underWay, int rest);

  /** The address at the other end of the connection; empty if there is none. */
  String address();

  /** Whether the other end has gone without a word. */
  boolean isSilent();

  /** Ends it at once, whatever waits. */
  void reset();
}
