package dev.outpour.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Writes through the response of Vert.x, which makes each write a chunk of HTTP/1.1. */
final class ResponseWriter implements StreamWriter {

  /**
   * How many unsent bytes the kernel holds for a socket before it takes no more: a reader that is
   * stuck then costs little there, and one that reads is not slowed.
   */
  private static final long UNSENT_BYTES = 32 * 1024;

  /** Shorter than half of what a peer that has gone may cost; see {@link #isSilent}. */
  private static final long SILENT_MILLIS = 20_000;

  private static final long ROUND_TRIP_MILLIS = 1_000;

  private static final Buffer NOTHING = Buffer.buffer();

  private static final int NO_CONTENT = 204;

  private final HttpServerResponse response;
  private final HttpConnection connection;
  private final Backlog backlog;
  private Runnable onDrain = () -> {};

  /** What is left of the last write: it goes out bit by bit, as each is copied for the socket. */
  private Buffer rest = NOTHING;

  private @Nullable Buffer last;

  ResponseWriter(HttpServerResponse response, HttpConnection connection, Backlog backlog) {
    this.response = response;
    this.connection = connection;
    this.backlog = backlog;
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
    rest = bytes;
    return writeRest();
  }

  private boolean writeRest() {
    while (rest.length() > 0) {
      int length = Math.min(rest.length(), backlog.mostAtOnce());
      Future<Void> written = response.write(cut(length));
      // A failure means that the connection has closed, which is told elsewhere.
      if (!written.isComplete()) {
        backlog.add(length);
        written.onComplete(done -> backlog.remove(length)).onSuccess(done -> taken());
        return false;
      }
    }
    return true;
  }

  private Buffer cut(int length) {
    Buffer bytes = rest;
    if (length == bytes.length()) {
      rest = NOTHING;
      return bytes;
    }
    rest = bytes.slice(length, bytes.length());
    return bytes.slice(0, length);
  }

  private void taken() {
    if (!writeRest()) {
      return;
    }
    if (last != null) {
      response.end(last);
    } else {
      onDrain.run();
    }
  }

  @Override
  public long pendingBytes() {
    ChannelOutboundBuffer outbound = channel().unsafe().outboundBuffer();
    // The total falls only when a whole message has been taken.
    return outbound == null
        ? 0
        : outbound.totalPendingWriteBytes() - outbound.currentProgress() + rest.length();
  }

  /**
   * As the kernel knows it: it sends again what was not acknowledged, at intervals that grow.
   *
   * <p>A peer that is there answers each time, even if it has no room, so that its last answer is
   * never older than the interval. {@code TCP_USER_TIMEOUT} would not make that difference.
   */
  @Override
  public boolean isSilent() {
    if (!(channel() instanceof EpollSocketChannel socket) || !socket.isOpen()) {
      return false;
    }
    EpollTcpInfo info = socket.tcpInfo();
    long interval = TimeUnit.MICROSECONDS.toMillis(info.rto());
    return info.unacked() > 0
        && info.retransmits() > 0
        && info.lastAckRecv() > Math.max(SILENT_MILLIS, interval + ROUND_TRIP_MILLIS);
  }

  @Override
  public void end(Buffer last) {
    if (rest.length() == 0) {
      response.end(last);
    } else {
      this.last = last;
    }
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
