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
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says which address a request counts for: that of its connection, or what a listed proxy names
 * instead. Immutable.
 *
 * <p>What a proxy names always counts. Otherwise the loopback does not, unless that is configured.
 */
public final class ClientAddresses {

  private static final CharSequence X_FORWARDED_FOR =
      HttpHeaders.createOptimized("X-Forwarded-For");
  private static final CharSequence FORWARDED = HttpHeaders.createOptimized("Forwarded");

  private final List<IpSubnetFilterRule> proxies;
  private final boolean loopback;

  public ClientAddresses(LimitSettings settings) {
    this.proxies = settings.proxies().stream().map(ClientAddresses::rule).toList();
    this.loopback = settings.loopback();
  }

  /** Throws {@link IllegalArgumentException} if it is neither an address nor a network. */
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

  /** What a connection counts for; null if it does not count, as that of a proxy does not. */
  @Nullable
  public ClientKey of(Channel connection) {
    InetAddress peer = peer(connection);
    return peer == null || isProxy(peer) ? null : counted(peer);
  }

  /** What a request counts for; null if it does not count. */
  @Nullable
  public ClientKey of(HttpServerRequest request) {
    InetAddress peer = peer(Sockets.of(request));
    if (peer == null) {
      return null;
    }
    InetAddress named = named(request, peer);
    return named == null ? counted(peer) : ClientKey.of(named);
  }

  /** Where a connection comes from, for people to read. */
  public static String shown(Channel connection) {
    InetAddress peer = peer(connection);
    return peer == null ? "nowhere" : peer.getHostAddress();
  }

  /** Where a request comes from, for people to read. */
  public String shown(HttpServerRequest request) {
    InetAddress peer = peer(Sockets.of(request));
    if (peer == null) {
      return "nowhere";
    }
    InetAddress named = named(request, peer);
    return (named == null ? peer : named).getHostAddress();
  }

  /** Whom a listed proxy names as its client; null if nobody does. */
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
    // A proxy writes one of them, and hands the other on as the client sent it.
    return one.equals(other) ? one : peer;
  }

  /** The last of those who handed it on that is no proxy, as the proxies behind it say. */
  private InetAddress client(InetAddress peer, List<Optional<InetAddress>> hops) {
    InetAddress client = peer;
    for (int i = hops.size() - 1; i >= 0 && isProxy(client) && hops.get(i).isPresent(); i--) {
      client = hops.get(i).get();
    }
    return client;
  }

  private @Nullable ClientKey counted(InetAddress peer) {
    return peer.isLoopbackAddress() && !loopback ? null : ClientKey.of(peer);
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
