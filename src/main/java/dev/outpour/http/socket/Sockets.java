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
 * What Linux knows of a socket and can be told about it; elsewhere it knows nothing. For use on the
 * socket's event loop only.
 *
 * <p>Nothing is done to a socket that is closed: its descriptor may be another's by then.
 */
public final class Sockets {

  /**
   * How many unsent bytes the kernel holds for a socket before it takes no more: a reader that is
   * stuck then costs little there, and one that reads is not slowed.
   */
  private static final long UNSENT_BYTES = 32 * 1024;

  /** Shorter than half of what a peer that has gone may cost; see {@link #isSilent}. */
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

  /** Whether other requests share the connection, which must not end with this one (HTTP/2). */
  public static boolean isShared(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_2;
  }

  /** Has the kernel hold little for a reader who takes nothing. */
  public static void limitUnsent(Channel channel) {
    if (channel instanceof EpollSocketChannel && channel.isOpen()) {
      channel.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_BYTES);
    }
  }

  /** The address at the other end; empty if there is none. */
  public static String address(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress peer && peer.getAddress() != null
        ? peer.getAddress().getHostAddress()
        : "";
  }

  /** How many bytes wait in this process for the kernel to take them. */
  public static long pendingBytes(Channel channel) {
    ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
    // The total falls only when a whole message has been taken.
    return outbound == null ? 0 : outbound.totalPendingWriteBytes() - outbound.currentProgress();
  }

  /**
   * Whether the peer has gone, as the kernel knows it: it sends again what was not acknowledged, at
   * intervals that grow.
   *
   * <p>A peer that is there answers each time, even if it has no room, so that its last answer is
   * never older than the interval. {@code TCP_USER_TIMEOUT} would not make that difference.
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

  /** Ends a connection at once, whatever waits. */
  public static void reset(Channel channel) {
    if (channel.isOpen()) {
      // The close of Vert.x would wait behind what the kernel does not take.
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      channel.unsafe().close(channel.voidPromise());
    }
  }
}
