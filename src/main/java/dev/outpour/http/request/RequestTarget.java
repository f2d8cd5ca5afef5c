package dev.outpour.http.request;

import dev.outpour.http.connection.ServerOptions;
import dev.outpour.http.socket.Sockets;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.HexFormat;

/**
 * Checks the request target (RFC 9112, section 3.2): a path and a query, with or without the name
 * of the server. A path has exactly one spelling, so that a proxy that blocks some paths sees the
 * same path as the hub.
 */
final class RequestTarget {

  private static final Refusal SPELLING =
      Refusal.badRequest(
          "The path is not in its simplest form: remove '//', '\\', '.' and '..' segments, and do"
              + " not percent-encode letters, digits, slashes, '-', '.', '_' or '~'");

  private static final String AUTHORITY = "://";

  private RequestTarget() {}

  /**
   * Checks the target of a request.
   *
   * @throws RefusedException with status 400 or 414
   */
  static void check(HttpServerRequest request) {
    String target = request.uri();
    if (target == null || target.equals("*")) {
      return;
    }
    if (Sockets.isShared(request) && target.length() > ServerOptions.MAX_LINE_BYTES) {
      // The HTTP/1 codec checks this itself.
      throw InvalidRequestHandler.TOO_LONG.asException();
    }
    int path = 0;
    if (!target.startsWith("/")) {
      path = pathAfterName(target);
      if (path < 0 || Sockets.isShared(request)) {
        throw Refusal.badRequest("The path must begin with '/'").asException();
      }
      String name = target.substring(target.indexOf(AUTHORITY) + AUTHORITY.length(), path);
      if (!name.equalsIgnoreCase(request.getHeader(HttpHeaders.HOST))) {
        throw Refusal.badRequest(
                "The request target and the header Host name different servers: name one")
            .asException();
      }
    }
    int query = target.indexOf('?');
    int end = query < 0 ? target.length() : query;
    checkPath(target, path, end);
    if (!isEncoded(target, end, target.length())) {
      throw Refusal.badRequest("A '%' in the query is not followed by two hexadecimal digits")
          .asException();
    }
  }

  /** Where the path begins after the name of a server; below 0 if there is no such name. */
  private static int pathAfterName(String target) {
    int name =
        target.regionMatches(true, 0, "http://", 0, 7)
            ? 7
            : target.regionMatches(true, 0, "https://", 0, 8) ? 8 : -1;
    for (int i = name; name > 0 && i < target.length(); i++) {
      if (target.charAt(i) == '/' || target.charAt(i) == '?') {
        return i;
      }
    }
    return name < 0 ? name : target.length();
  }

  private static void checkPath(String target, int from, int end) {
    if (!isEncoded(target, from, end)) {
      throw Refusal.badRequest("A '%' in the path is not followed by two hexadecimal digits")
          .asException();
    }
    for (int i = from; i < end; i++) {
      char c = target.charAt(i);
      if (c == '\\'
          || (c == '/' && isRedundant(target, i + 1, end))
          || (c == '%' && needsNoEncoding(target, i + 1))) {
        throw SPELLING.asException();
      }
    }
  }

  /** Whether a segment is {@code .} or {@code ..}, or is empty and not the last. */
  private static boolean isRedundant(String target, int from, int end) {
    int slash = target.indexOf('/', from);
    int to = slash < 0 || slash > end ? end : slash;
    return switch (to - from) {
      case 0 -> to < end;
      case 1 -> target.charAt(from) == '.';
      case 2 -> target.charAt(from) == '.' && target.charAt(from + 1) == '.';
      default -> false;
    };
  }

  /** Whether two digits encode an unreserved character (RFC 3986, section 2.3) or a slash. */
  private static boolean needsNoEncoding(String target, int digits) {
    int c = HexFormat.fromHexDigits(target, digits, digits + 2);
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-._~/\\".indexOf(c) >= 0;
  }

  private static boolean isEncoded(String target, int from, int end) {
    for (int i = from; i < end; i++) {
      if (target.charAt(i) == '%'
          && !(i + 2 < end
              && HexFormat.isHexDigit(target.charAt(i + 1))
              && HexFormat.isHexDigit(target.charAt(i + 2)))) {
        return false;
      }
    }
    return true;
  }
}
