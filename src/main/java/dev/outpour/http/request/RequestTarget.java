package dev.outpour.http.request;

import dev.outpour.http.connection.ServerOptions;
import dev.outpour.http.socket.Sockets;
import dev.outpour.update.Refusal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a request is about, as it stands in its first line (RFC 9112, section 3.2): a path and a
 * query, after the name of the server or not. There is one way to write a path, so that a proxy
 * that keeps some paths away has seen the one that is answered here.
 */
final class RequestTarget {

  private static final Refusal SPELLING =
      Refusal.badRequest(
          "The path can be written more simply, and has to be: without '//' and '\\', without '.'"
              + " or '..' between slashes, and without '%' for letters, digits, slashes, '-', '.',"
              + " '_' and '~'");

  private static final String AUTHORITY = "://";

  private RequestTarget() {}

  /** Returns why that of a request is refused; null if it is not. */
  static @Nullable Refusal check(HttpServerRequest request) {
    String target = request.uri();
    if (target == null || target.equals("*")) {
      return null;
    }
    if (Sockets.isShared(request) && target.length() > ServerOptions.MOST_LINE_BYTES) {
      // What the codec of HTTP/1 looks after itself.
      return InvalidRequestHandler.TOO_LONG;
    }
    int path = 0;
    if (!target.startsWith("/")) {
      path = pathAfterName(target);
      if (path < 0 || Sockets.isShared(request)) {
        return Refusal.badRequest("The path does not begin with a '/': begin it so");
      }
      String name = target.substring(target.indexOf(AUTHORITY) + AUTHORITY.length(), path);
      if (!name.equalsIgnoreCase(request.getHeader(HttpHeaders.HOST))) {
        return Refusal.badRequest(
            "The address and the header Host name different servers: name one");
      }
    }
    int query = target.indexOf('?');
    int end = query < 0 ? target.length() : query;
    Refusal refusal = checkPath(target, path, end);
    return refusal != null || isEncoded(target, end, target.length())
        ? refusal
        : Refusal.badRequest("A '%' in the query is not followed by two hexadecimal digits");
  }

  /** Where the path begins behind the name of a server; below 0 if there is no such name. */
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

  private static @Nullable Refusal checkPath(String target, int from, int end) {
    if (!isEncoded(target, from, end)) {
      return Refusal.badRequest("A '%' in the path is not followed by two hexadecimal digits");
    }
    for (int i = from; i < end; i++) {
      char c = target.charAt(i);
      if (c == '\\'
          || (c == '/' && isOdd(target, i + 1, end))
          || (c == '%' && isPlain(target, i + 1))) {
        return SPELLING;
      }
    }
    return null;
  }

  /** Whether a segment is empty and not the last, or leads to itself or upwards. */
  private static boolean isOdd(String target, int from, int end) {
    int slash = target.indexOf('/', from);
    int to = slash < 0 || slash > end ? end : slash;
    return switch (to - from) {
      case 0 -> to < end;
      case 1 -> target.charAt(from) == '.';
      case 2 -> target.charAt(from) == '.' && target.charAt(from + 1) == '.';
      default -> false;
    };
  }

  /** Whether two digits stand for what needs none (RFC 3986, section 2.3), or for a slash. */
  private static boolean isPlain(String target, int digits) {
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
