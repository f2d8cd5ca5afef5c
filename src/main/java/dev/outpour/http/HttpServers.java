package dev.outpour.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.ServerSSLOptions;
import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The HTTP servers of one event loop: one for each listen address, all on one port. {@code
 * localhost} stands for both loopback addresses, since clients may try only one of them; without
 * IPv6, for that of IPv4. For use on that event loop.
 */
final class HttpServers {

  private static final String LOCALHOST = "localhost";
  private static final String LOOPBACK_4 = "127.0.0.1";
  private static final String LOOPBACK_6 = "::1";

  /** How many free ports to try until one is free on every address. */
  private static final int MAX_TRIES = 16;

  private final HttpSettings settings;
  private final Supplier<HttpServer> maker;
  private final List<HttpServer> listening = new ArrayList<>();

  /**
   * @param maker makes a server that does not listen yet
   */
  HttpServers(HttpSettings settings, Supplier<HttpServer> maker) {
    this.settings = settings;
    this.maker = maker;
  }

  /** Listens on all addresses, or fails and listens on none. */
  Future<Void> listen() {
    return listen(List.copyOf(addresses(settings.host(), hasIpv6Loopback())), 1);
  }

  private Future<Void> listen(List<String> addresses, int tried) {
    Future<Void> all = Future.succeededFuture();
    for (String address : addresses) {
      all = all.compose(done -> listen(address, tried));
    }
    return all.recover(
        failure -> {
          boolean again = settings.port() == 0 && !listening.isEmpty() && tried < MAX_TRIES;
          return close()
              .transform(
                  closed -> again ? listen(addresses, tried + 1) : Future.failedFuture(failure));
        });
  }

  private Future<Void> listen(String address, int tried) {
    // A negative port means a free port, shared by all instances; another number, another port.
    int wanted = settings.port() == 0 ? -tried : settings.port();
    HttpServer server = maker.get();
    return server
        .listen(listening.isEmpty() ? wanted : port(), address)
        .map(
            bound -> {
              listening.add(bound);
              return (Void) null;
            })
        .recover(failure -> Future.failedFuture(new CannotListenException(address, failure)));
  }

  private Future<?> close() {
    List<Future<Void>> closed = listening.stream().map(HttpServer::close).toList();
    listening.clear();
    return Future.join(closed);
  }

  /** The addresses of the configured hosts, in their order. */
  static Set<String> addresses(List<String> hosts, boolean ipv6) {
    Set<String> addresses = new LinkedHashSet<>();
    for (String host : hosts) {
      if (!host.equalsIgnoreCase(LOCALHOST)) {
        addresses.add(host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
      } else {
        addresses.add(LOOPBACK_4);
        if (ipv6) {
          addresses.add(LOOPBACK_6);
        }
      }
    }
    return addresses;
  }

  private static boolean hasIpv6Loopback() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
    } catch (SocketException e) {
      return false;
    }
  }

  /** The actual port, also if any free one was requested. */
  int port() {
    return listening.get(0).actualPort();
  }

  /** Uses another certificate for new connections. */
  Future<Boolean> show(ServerSSLOptions certificate) {
    return Future.join(
            listening.stream().map(server -> server.updateSSLOptions(certificate)).toList())
        .map(true);
  }

  /** Accepts no more connections; completes when the open ones have closed. */
  Future<Void> shutdown(long seconds) {
    return Future.join(
            listening.stream().map(server -> server.shutdown(seconds, TimeUnit.SECONDS)).toList())
        .mapEmpty();
  }
}
