package dev.outpour.http.request;

import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the token of a request: in the header, the query or a cookie. Immutable. */
final class RequestToken {

  private static final String SCHEME = "Bearer";

  private final String cookie;

  /**
   * @param cookie the name of the cookie; empty: none
   */
  RequestToken(String cookie) {
    this.cookie = cookie;
  }

  /**
   * Returns the token.
   *
   * @param inQuery the token in the query
   * @throws RefusedException with status 400 if a request has two tokens
   */
  Optional<String> of(HttpServerRequest request, Optional<String> inQuery) {
    Optional<String> inHeader = inHeader(request);
    if (inHeader.isPresent() && inQuery.isPresent() && !inHeader.equals(inQuery)) {
      throw Refusal.badRequest(
              "The header Authorization and the parameter "
                  + Query.ACCESS_TOKEN
                  + " differ: send one of them")
          .asException();
    }
    return inHeader.or(() -> inQuery).or(() -> inCookie(request));
  }

  /**
   * Returns the token of the header alone.
   *
   * @throws RefusedException with status 400 if there are two headers
   */
  static Optional<String> inHeader(HttpServerRequest request) {
    List<String> headers = request.headers().getAll(HttpHeaders.AUTHORIZATION);
    if (headers.size() > 1) {
      throw Refusal.badRequest("The header Authorization occurs twice: send one").asException();
    }
    if (headers.isEmpty()) {
      return Optional.empty();
    }
    String[] parts = headers.get(0).split(" ", 2);
    // Another scheme is for a proxy, such as Basic for nginx.
    return parts[0].equalsIgnoreCase(SCHEME)
        ? Optional.of(parts.length == 1 ? "" : parts[1].strip())
        : Optional.empty();
  }

  private Optional<String> inCookie(HttpServerRequest request) {
    if (cookie.isEmpty()) {
      return Optional.empty();
    }
    // In HTTP/2 each cookie may have a header of its own (RFC 9113, section 8.2.3).
    List<String> values =
        request.headers().getAll(HttpHeaders.COOKIE).stream()
            .flatMap(header -> Stream.of(header.split(";")))
            .map(pair -> pair.split("=", 2))
            .filter(pair -> pair.length == 2 && pair[0].strip().equals(cookie))
            .map(pair -> pair[1].strip())
            .toList();
    if (values.size() > 1) {
      // A page of a subdomain can set a cookie for this host, too.
      throw Refusal.badRequest("The cookie '" + cookie + "' occurs twice: send one").asException();
    }
    return values.stream().map(RequestToken::unquoted).findFirst();
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
