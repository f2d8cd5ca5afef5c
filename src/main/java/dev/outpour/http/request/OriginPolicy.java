package dev.outpour.http.request;

import dev.outpour.update.Refusal;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps web pages of others away: a browser says for whom it asks, and this is where it is heard.
 * Has nothing that changes but the names of those who were refused. For use by all threads.
 */
public final class OriginPolicy {

  /** Beyond what every page may read of an answer: what an error asks for, and its name. */
  private static final CharSequence READABLE =
      HttpHeaders.createOptimized("Retry-After, X-Request-Id");

  private final boolean anyName;
  private final Set<String> hosts;
  private final AllowedOrigins origins;
  private final RefusedOrigins refused;

  /**
   * Creates it.
   *
   * @param anyName whether the hub answers under every name
   * @param hosts the names it answers under besides; no case
   */
  public OriginPolicy(
      boolean anyName, Collection<String> hosts, AllowedOrigins origins, RefusedOrigins refused) {
    this.refused = refused;
    this.anyName = anyName;
    this.hosts =
        hosts.stream()
            .map(host -> host.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    this.origins = origins;
  }

  /**
   * Refuses a request that names no host, or one that this hub is not called, since a page of
   * another site may have made its own name point here (DNS rebinding). Addresses always pass: a
   * name that points here is a name.
   */
  public Optional<Refusal> checkHost(HttpServerRequest request) {
    HostAndPort authority = request.authority();
    if (authority == null) {
      // RFC 9112, section 3.2; RFC 9113 calls it :authority. Probes of HTTP/1.0 need none.
      return request.version() == HttpVersion.HTTP_1_0
              && !request.headers().contains(HttpHeaders.HOST)
          ? Optional.empty()
          : Optional.of(Refusal.badRequest("The header Host is missing or no name: send one"));
    }
    if (anyName || isOwn(authority.host())) {
      return Optional.empty();
    }
    return Optional.of(
        Refusal.forbidden(
            "This hub does not answer under the name '"
                + authority.host()
                + "': use an IP address or localhost, or list the name in http.hosts"));
  }

  private boolean isOwn(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || hosts.contains(name)
        || NetUtil.isValidIpV4Address(name)
        || NetUtil.isValidIpV6Address(name);
  }

  /** Refuses a publish that a page of another, unlisted origin makes. */
  public Optional<Refusal> checkOrigin(HttpServerRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null || isOwnOrigin(request, origin) || origins.contains(origin)) {
      return Optional.empty();
    }
    return Optional.of(
        new Refusal(
            403,
            "Pages of this origin may not publish here: list it in http.origins if they should",
            0));
  }

  /** Without TLS the scheme is left aside: in front of this server another may end it. */
  private static boolean isOwnOrigin(HttpServerRequest request, String origin) {
    HostAndPort authority = request.authority();
    return authority != null
        && ((!request.isSSL() && origin.equalsIgnoreCase("http://" + authority))
            || origin.equalsIgnoreCase("https://" + authority));
  }

  /** Lets pages of listed origins read the answer, and says of others in the log that they ask. */
  public void open(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    if (!origins.isEmpty()) {
      response.putHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    }
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null) {
      return;
    }
    if (origins.contains(origin)) {
      response
          .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
          .putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, READABLE);
    } else if (!isOwnOrigin(request, origin)) {
      refused.add(origin);
    }
  }
}
