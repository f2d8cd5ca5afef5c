package dev.outpour.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;

/** Writes through the response of Vert.x, which makes each write a chunk of HTTP/1.1. */
final class ResponseWriter implements StreamWriter {

  /**
   * How many unsent bytes the kernel holds for a socket before it takes no more: a reader that is
   * stuck then costs little there, and one that reads is not slowed.
   */
  private static final long UNSENT_BYTES = 32 * 1024;

  private static final int NO_CONTENT = 204;

  private final HttpServerResponse response;
  private final HttpConnection connection;
  private Runnable onDrain = () -> {};

  ResponseWriter(HttpServerResponse response, HttpConnection connection) {
    this.response = response;
    this.connection = connection;
    Channel channel = channel();
    if (channel instanceof EpollSocketChannel) {
      channel.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_BYTES);
    }
  }

  private Channel channel() {
    return ((ConnectionBase) connection).channel();
  }

  @Override
  public void drainHandler(Runnable handler) {
    onDrain = handler;
  }

  @Override
  public boolean write(Buffer bytes) {
    Future<Void> written = response.write(bytes);
    if (written.isComplete()) {
      // A failure means that the connection has closed, which is told elsewhere.
      return true;
    }
    written.onSuccess(done -> onDrain.run());
    return false;
  }

  @Override
  public long pendingBytes() {
    ChannelOutboundBuffer outbound = channel().unsafe().outboundBuffer();
    // The total falls only when a whole message has been taken.
    return outbound == null ? 0 : outbound.totalPendingWriteBytes() - outbound.currentProgress();
  }

  @Override
  public void end(Buffer last) {
    response.end(last);
  }

  @Override
  public void decline() {
    nothing(response).end();
  }

  /** Has a response that was to be a stream say that there is nothing and will be nothing. */
  static HttpServerResponse nothing(HttpServerResponse response) {
    response.headers().remove(HttpHeaders.CONTENT_TYPE);
    return response.setChunked(false).setStatusCode(NO_CONTENT);
  }

  @Override
  public void reset() {
    // The close of Vert.x would wait behind what the kernel does not take.
    Channel channel = channel();
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    channel.unsafe().close(channel.voidPromise());
  }
}
