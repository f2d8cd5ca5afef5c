package dev.outpour.http.request;

import dev.outpour.update.Refusal;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the head of every request has to be, beyond what the codec looks after: whatever two
 * programs on its way could read in two ways is refused.
 */
public final class RequestValidator {

  /** Headers of which a second one would have another meaning than the first. */
  private static final List<AsciiString> SINGLE =
      List.of(
          HttpHeaderNames.HOST,
          HttpHeaderNames.ORIGIN,
          HttpHeaderNames.CONTENT_TYPE,
          HttpHeaderNames.AUTHORIZATION,
          AsciiString.cached("idempotency-key"));

  private RequestValidator() {}

  /** Returns why a request is refused; null if it is not. */
  public static @Nullable Refusal check(HttpServerRequest request) {
    HttpMethod method = request.method();
    if (method.equals(HttpMethod.TRACE) || method.equals(HttpMethod.CONNECT)) {
      return new Refusal(405, method + " is not answered here", 0);
    }
    Refusal target = RequestTarget.check(request);
    if (target != null) {
      return target;
    }
    return checkHeaders(request);
  }

  private static @Nullable Refusal checkHeaders(HttpServerRequest request) {
    int seen = 0;
    // Those of HTTP/1 are Netty's; as they came they need not be made into strings.
    Iterator<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> headers =
        request.headers() instanceof HttpHeaders netty
            ? netty.iteratorCharSequence()
            : request.headers().iterator();
    while (headers.hasNext()) {
      Map.Entry<? extends CharSequence, ? extends CharSequence> header = headers.next();
      CharSequence name = header.getKey();
      if (name.length() == 0) {
        return Refusal.badRequest("A header has no name: remove it");
      }
      int known = single(name);
      if ((seen & known) != 0) {
        return Refusal.badRequest("The header " + name + " is there twice: send one");
      }
      seen |= known;
      Refusal refusal = checkValue(name, header.getValue());
      if (refusal != null) {
        return refusal;
      }
    }
    return null;
  }

  /** A bit for each of those that may be there once; 0 for others. */
  private static int single(CharSequence name) {
    for (int i = 0; i < SINGLE.size(); i++) {
      if (SINGLE.get(i).contentEqualsIgnoreCase(name)) {
        return 1 << i;
      }
    }
    return 0;
  }

  private static @Nullable Refusal checkValue(CharSequence name, CharSequence value) {
    if (HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(name)
        && !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(value)) {
      return new Refusal(
          501, "The only transfer coding that is understood is chunked: leave others out", 0);
    }
    if (HttpHeaderNames.EXPECT.contentEqualsIgnoreCase(name)
        && !HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(value)) {
      return new Refusal(417, "Expect may say 100-continue and nothing else: leave it out", 0);
    }
    if (isBlank(value, 0) || isBlank(value, value.length() - 1)) {
      // RFC 9113, section 8.2.1; the codec of HTTP/1 takes them off.
      return Refusal.badRequest(
          "The header " + name + " begins or ends with a blank: leave it out");
    }
    return null;
  }

  private static boolean isBlank(CharSequence value, int at) {
    return value.length() > 0 && (value.charAt(at) == ' ' || value.charAt(at) == '\t');
  }
}
