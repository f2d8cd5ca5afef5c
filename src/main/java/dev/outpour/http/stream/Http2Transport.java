package dev.outpour.http.stream;

import dev.outpour.http.socket.Http2Streams;
import dev.outpour.http.socket.Sockets;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * A stream of HTTP/2. Its reader says how many bytes it has room for, of this stream and of all on
 * the connection.
 *
 * <p>No more than that is written: what Netty has to keep for one stream it counts against the room
 * of all, and then the others would wait for a reader who takes nothing. A little more, which does
 * wait, tells that there is room again.
 */
final class Http2Transport implements StreamTransport {

  /** What is written where there is no room, and waits at Vert.x until there is. */
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

  /** For how many bytes there is room; of a stream that has ended, which takes nothing, for any. */
  private int window() {
    Http2Stream stream = connection.connection().stream(id);
    return stream == null ? Integer.MAX_VALUE : Http2Streams.window(connection, stream);
  }

  /** Where its reader has no room, what others take from the socket is not its progress. */
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
