package dev.outpour.http.stream;

import dev.outpour.http.socket.Http2Streams;
import dev.outpour.http.socket.Sockets;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * A stream of HTTP/2. Its client says how many bytes it has room for, on this stream and on the
 * connection.
 *
 * <p>No more than that is written: Netty counts what it keeps for one stream against the room of
 * all, so the others would wait for a client that takes nothing. A little more, which does wait,
 * tells when there is room again.
 */
final class Http2Transport implements StreamTransport {

  /** Written although there is no room; it waits at Vert.x until there is. */
  private static final int LITTLE_BYTES = 1_024;

  private final Channel channel;
  private final Http2ConnectionHandler connection;
  private final int id;

  Http2Transport(Channel channel, Http2ConnectionHandler connection, int id) {
    this.channel = channel;
    this.connection = connection;
    this.id = id;
  }

  @Override
  public int room(int most) {
    return Math.max(LITTLE_BYTES, Math.min(most, window()));
  }

  /**
   * How many bytes there is room for; unlimited for a stream that has ended, which takes nothing.
   */
  private int window() {
    Http2Stream stream = connection.connection().stream(id);
    return stream == null ? Integer.MAX_VALUE : Http2Streams.window(connection, stream);
  }

  /** While its client has no room, the progress of other streams on the socket does not count. */
  @Override
  public long pendingBytes(int underWay, int rest) {
    long own = (long) underWay + rest;
    return own == 0 || window() <= 0 ? own : own + Sockets.pendingBytes(channel);
  }

  @Override
  public String address() {
    return Sockets.address(channel);
  }

  @Override
  public boolean isSilent() {
    return Sockets.isSilent(channel);
  }

  @Override
  public void reset() {
    if (isSilent()) {
      Sockets.reset(channel);
    } else {
      Http2Streams.reset(connection, channel.pipeline().context(connection), id, Http2Error.CANCEL);
    }
  }
}
