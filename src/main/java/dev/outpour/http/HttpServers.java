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
 * The servers of one event loop: one for each address that is listened on, all on one port. {@code
 * localhost} is both addresses of the loopback, since clients try the one or the other first, or
 * alone; where there is no IPv6 it is that of IPv4. For use on that event loop.
 */
final class HttpServers {

  private static final String LOCALHOST = "localhost";
  private static final String LOOPBACK_4 = "127.0.0.1";
  private static final String LOOPBACK_6 = "::1";

  /** How many free ports are tried until one is free on every address. */
  private static final int MOST_TRIES = 16;

  private final HttpSettings settings;
  private final Supplier<HttpServer> maker;
  private final List<HttpServer> listening = new ArrayList<>();

  /**
   * @param maker gives a server that does not listen yet
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
          boolean again = settings.port() == 0 && !listening.isEmpty() && tried < MOST_TRIES;
          return close()
              .transform(
                  closed -> again ? listen(addresses, tried + 1) : Future.failedFuture(failure));
        });
  }

  private Future<Void> listen(String address, int tried) {
    // Below zero: a free port, one for all instances; by another number, another port.
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

  /** What a configuration means by its hosts, in their order. */
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

  /** The port, also where any was wanted. */
  int port() {
    return listening.get(0).actualPort();
  }

  /** Shows new connections another certificate. */
  Future<Boolean> show(ServerSSLOptions certificate) {
    return Future.join(
            listening.stream().map(server -> server.updateSSLOptions(certificate)).toList())
        .map(true);
  }

  /** Takes no connections any more; completes when those that there are have ended. */
  Future<Void> shutdown(long seconds) {
    return Future.join(
            listening.stream().map(server -> server.shutdown(seconds, TimeUnit.SECONDS)).toList())
        .mapEmpty();
  }
}
