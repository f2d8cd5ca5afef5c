package dev.outpour.http.limit;

import dev.outpour.http.socket.Sockets;
import io.netty.channel.Channel;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the address that a request counts for: the peer of its connection, or the client that a
 * listed proxy names. Immutable.
 *
 * <p>An address that a proxy names always counts. The loopback counts only if that is configured.
 */
public final class ClientAddresses {

  private static final CharSequence X_FORWARDED_FOR =
      HttpHeaders.createOptimized("X-Forwarded-For");
  private static final CharSequence FORWARDED = HttpHeaders.createOptimized("Forwarded");

  private final List<IpSubnetFilterRule> proxies;
  private final boolean countLoopback;

  /**
   * Creates it.
   *
   * @param proxies addresses and networks of proxies
   * @param countLoopback whether the loopback counts
   */
  public ClientAddresses(Collection<String> proxies, boolean countLoopback) {
    this.proxies = proxies.stream().map(ClientAddresses::rule).toList();
    this.countLoopback = countLoopback;
  }

  /** Throws {@link IllegalArgumentException} unless the text is an address or a network. */
  static void checkProxy(String proxy) {
    try {
      rule(proxy);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "must be addresses such as 10.0.0.5 or networks such as 10.0.0.0/8", e);
    }
  }

  private static IpSubnetFilterRule rule(String proxy) {
    String[] parts = proxy.split("/", 2);
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(parts[0]);
    if (bytes == null) {
      throw new IllegalArgumentException("no address");
    }
    int bits = parts.length == 1 ? bytes.length * 8 : Integer.parseInt(parts[1]);
    return new IpSubnetFilterRule(parts[0], bits, IpFilterRuleType.ACCEPT);
  }

  /** The client of a connection; null if it does not count, such as that of a proxy. */
  @Nullable
  public ClientKey of(Channel connection) {
    InetAddress peer = peer(connection);
    return peer == null || isProxy(peer) ? null : counted(peer);
  }

  /** The client of a request; null if it does not count. */
  @Nullable
  public ClientKey of(HttpServerRequest request) {
    InetAddress peer = peer(Sockets.of(request));
    if (peer == null) {
      return null;
    }
    InetAddress named = named(request, peer);
    return named == null ? counted(peer) : ClientKey.of(named);
  }

  /** The peer of a connection, for the log. */
  public static String shown(Channel connection) {
    InetAddress peer = peer(connection);
    return peer == null ? "an unknown address" : peer.getHostAddress();
  }

  /** The client of a request, for the log. */
  public String shown(HttpServerRequest request) {
    InetAddress peer = peer(Sockets.of(request));
    if (peer == null) {
      return "an unknown address";
    }
    InetAddress named = named(request, peer);
    return (named == null ? peer : named).getHostAddress();
  }

  /** The client that a listed proxy names; null if there is none. */
  private @Nullable InetAddress named(HttpServerRequest request, InetAddress peer) {
    if (!isProxy(peer)) {
      return null;
    }
    List<String> xForwardedFor = request.headers().getAll(X_FORWARDED_FOR);
    List<String> forwarded = request.headers().getAll(FORWARDED);
    if (xForwardedFor.isEmpty() && forwarded.isEmpty()) {
      return null;
    }
    InetAddress one = client(peer, ForwardedFor.ofXForwardedFor(xForwardedFor));
    InetAddress other = client(peer, ForwardedFor.ofForwarded(forwarded));
    if (xForwardedFor.isEmpty() || forwarded.isEmpty()) {
      return forwarded.isEmpty() ? one : other;
    }
    // A proxy writes one of the headers, and passes the other on as the client sent it.
    return one.equals(other) ? one : peer;
  }

  /** The last hop that is not a listed proxy. */
  private InetAddress client(InetAddress peer, List<Optional<InetAddress>> hops) {
    InetAddress client = peer;
    for (int i = hops.size() - 1; i >= 0 && isProxy(client) && hops.get(i).isPresent(); i--) {
      client = hops.get(i).get();
    }
    return client;
  }

  private @Nullable ClientKey counted(InetAddress peer) {
    return peer.isLoopbackAddress() && !countLoopback ? null : ClientKey.of(peer);
  }

  private boolean isProxy(InetAddress address) {
    if (proxies.isEmpty()) {
      return false;
    }
    InetSocketAddress socket = new InetSocketAddress(address, 0);
    return proxies.stream().anyMatch(proxy -> proxy.matches(socket));
  }

  private static @Nullable InetAddress peer(Channel connection) {
    return connection.remoteAddress() instanceof InetSocketAddress socket
        ? socket.getAddress()
        : null;
  }
}
