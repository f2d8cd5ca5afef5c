package dev.outpour.http.request;

import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Checks the head of every request, beyond what the codec checks: refuses whatever two programs on
 * the way could parse differently.
 */
public final class RequestValidator {

  /** Headers that may occur only once: two programs could pick different ones. */
  private static final List<AsciiString> SINGLE =
      List.of(
          HttpHeaderNames.HOST,
          HttpHeaderNames.ORIGIN,
          HttpHeaderNames.CONTENT_TYPE,
          HttpHeaderNames.AUTHORIZATION,
          AsciiString.cached("idempotency-key"));

  private RequestValidator() {}

  /**
   * Checks a request.
   *
   * @throws RefusedException with the status and the reason
   */
  public static void check(HttpServerRequest request) {
    HttpMethod method = request.method();
    if (method.equals(HttpMethod.TRACE) || method.equals(HttpMethod.CONNECT)) {
      throw new Refusal(405, "The method " + method + " is not supported", 0).asException();
    }
    RequestTarget.check(request);
    checkHeaders(request);
  }

  private static void checkHeaders(HttpServerRequest request) {
    int seen = 0;
    // Netty's HTTP/1 headers can be read without converting them to strings.
    Iterator<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> headers =
        request.headers() instanceof HttpHeaders netty
            ? netty.iteratorCharSequence()
            : request.headers().iterator();
    while (headers.hasNext()) {
      Map.Entry<? extends CharSequence, ? extends CharSequence> header = headers.next();
      CharSequence name = header.getKey();
      if (name.length() == 0) {
        throw Refusal.badRequest("A header has no name: remove it").asException();
      }
      int known = single(name);
      if ((seen & known) != 0) {
        throw Refusal.badRequest("The header " + name + " occurs twice: send one").asException();
      }
      seen |= known;
      checkValue(name, header.getValue());
    }
  }

  /** The bit of a header that may occur once; 0 for others. */
  private static int single(CharSequence name) {
    for (int i = 0; i < SINGLE.size(); i++) {
      if (SINGLE.get(i).contentEqualsIgnoreCase(name)) {
        return 1 << i;
      }
    }
    return 0;
  }

  private static void checkValue(CharSequence name, CharSequence value) {
    if (HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(name)
        && !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(value)) {
      throw new Refusal(501, "Unsupported transfer coding: use chunked alone", 0).asException();
    }
    if (HttpHeaderNames.EXPECT.contentEqualsIgnoreCase(name)
        && !HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(value)) {
      throw new Refusal(417, "The header Expect may only be 100-continue: leave it out", 0)
          .asException();
    }
    if (isBlank(value, 0) || isBlank(value, value.length() - 1)) {
      // RFC 9113, section 8.2.1; the HTTP/1 codec removes them.
      throw Refusal.badRequest("The header " + name + " begins or ends with a blank: remove it")
          .asException();
    }
  }

  private static boolean isBlank(CharSequence value, int at) {
    return value.length() > 0 && (value.charAt(at) == ' ' || value.charAt(at) == '\t');
  }
}
