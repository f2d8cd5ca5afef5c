package dev.outpour.http.socket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Reads and sets what Linux knows of a socket; on other systems, it does nothing. For use on the
 * socket's event loop only.
 *
 * <p>It never touches a closed socket: its descriptor may belong to another one by then.
 */
public final class Sockets {

  /**
   * How many unsent bytes the kernel buffers for a socket: few, so that a stuck subscriber costs
   * little, and enough not to slow one that reads.
   */
  private static final long UNSENT_BYTES = 32 * 1024;

  /** How long a peer may send no acknowledgement; see {@link #isSilent}. */
  private static final long SILENT_MILLIS = 20_000;

  private static final long ROUND_TRIP_MILLIS = 1_000;

  private Sockets() {}

  /** The socket below a connection of Vert.x. */
  public static Channel of(HttpConnection connection) {
    return ((ConnectionBase) connection).channel();
  }

  /** The socket below the connection of a request. */
  public static Channel of(HttpServerRequest request) {
    return of(request.connection());
  }

  /** Whether other requests share the connection, which must outlive this one (HTTP/2). */
  public static boolean isShared(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_2;
  }

  /** Limits the unsent bytes that the kernel buffers. */
  public static void limitUnsent(Channel channel) {
    if (channel instanceof EpollSocketChannel && channel.isOpen()) {
      channel.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_BYTES);
    }
  }

  /** The address of the peer; empty if there is none. */
  public static String address(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress peer && peer.getAddress() != null
        ? peer.getAddress().getHostAddress()
        : "";
  }

  /** How many bytes wait in this process until the kernel accepts them. */
  public static long pendingBytes(Channel channel) {
    ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
    // The total drops only when a whole message has been written.
    return outbound == null ? 0 : outbound.totalPendingWriteBytes() - outbound.currentProgress();
  }

  /**
   * Whether the peer has gone, by the kernel's retransmissions, whose intervals grow.
   *
   * <p>A live peer acknowledges each of them, even if its window is closed, so its last
   * acknowledgement is never older than the interval. {@code TCP_USER_TIMEOUT} cannot tell the two
   * apart.
   */
  public static boolean isSilent(Channel channel) {
    if (!(channel instanceof EpollSocketChannel socket) || !socket.isOpen()) {
      return false;
    }
    EpollTcpInfo info = socket.tcpInfo();
    long interval = TimeUnit.MICROSECONDS.toMillis(info.rto());
    return info.unacked() > 0
        && info.retransmits() > 0
        && info.lastAckRecv() > Math.max(SILENT_MILLIS, interval + ROUND_TRIP_MILLIS);
  }

  /** Resets a connection at once, discarding pending data. */
  public static void reset(Channel channel) {
    if (channel.isOpen()) {
      // Vert.x would close only after the pending data.
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      channel.unsafe().close(channel.voidPromise());
    }
  }
}
