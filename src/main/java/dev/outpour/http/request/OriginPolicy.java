package dev.outpour.http.request;

import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Rejects requests that browsers make for web pages of other sites. Thread-safe; only the list of
 * refused origins changes.
 */
public final class OriginPolicy {

  /** Headers that pages of allowed origins may read, besides those that every page may read. */
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
   * @param hosts the names under which it answers otherwise; case does not matter
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
   * Checks the host that a request names: a page of another site may have pointed its own name here
   * (DNS rebinding). IP addresses always pass, since rebinding needs a name.
   *
   * @throws RefusedException with status 400 if the request names no host, 403 if the hub does not
   *     answer under that name
   */
  public void checkHost(HttpServerRequest request) {
    HostAndPort authority = request.authority();
    if (authority == null) {
      // RFC 9112, section 3.2; RFC 9113 calls it :authority. HTTP/1.0 probes need none.
      if (request.version() != HttpVersion.HTTP_1_0
          || request.headers().contains(HttpHeaders.HOST)) {
        throw Refusal.badRequest("The header Host is missing or invalid: send the hub's name")
            .asException();
      }
    } else if (!anyName && !isOwn(authority.host())) {
      throw Refusal.forbidden(
              "This hub does not answer under the name '"
                  + authority.host()
                  + "': use an IP address or localhost, or list the name in http.hosts")
          .asException();
    }
  }

  private boolean isOwn(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || hosts.contains(name)
        || NetUtil.isValidIpV4Address(name)
        || NetUtil.isValidIpV6Address(name);
  }

  /**
   * Checks that the page behind a request may publish or change anything here.
   *
   * @throws RefusedException with status 403 if its origin is neither this hub nor listed
   */
  public void checkOrigin(HttpServerRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin != null && !isOwnOrigin(request, origin) && !origins.contains(origin)) {
      throw Refusal.forbidden(
              "Pages of this origin may not publish here: list it in http.origins if they should")
          .asException();
    }
  }

  /** Without TLS, either scheme is accepted: a proxy in front of the hub may terminate TLS. */
  private static boolean isOwnOrigin(HttpServerRequest request, String origin) {
    HostAndPort authority = request.authority();
    return authority != null
        && ((!request.isSSL() && origin.equalsIgnoreCase("http://" + authority))
            || origin.equalsIgnoreCase("https://" + authority));
  }

  /** Lets pages of listed origins read the response; logs the other origins. */
  public void allowReading(HttpServerRequest request) {
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
