package dev.outpour.http.connection;

import dev.outpour.http.response.DateHeader;
import dev.outpour.http.response.ProblemBody;
import dev.outpour.http.response.RequestIds;
import dev.outpour.update.Refusal;
import dev.outpour.update.RequestId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A refusal that a guard sends in place of Vert.x, with the headers that all refusals have.
 * Immutable.
 */
final class GuardResponse {

  private final int status;
  private final Map<CharSequence, CharSequence> headers = new LinkedHashMap<>();
  private final ByteBuf body;

  GuardResponse(Refusal refusal, DateHeader date) {
    String id = RequestId.next();
    this.status = refusal.status();
    this.body =
        Unpooled.copiedBuffer(ProblemBody.of(refusal, id).encode() + "\n", StandardCharsets.UTF_8);
    headers.put(HttpHeaders.DATE, date.text());
    headers.put(HttpHeaders.CONTENT_TYPE, ProblemBody.MEDIA_TYPE);
    headers.put(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.readableBytes()));
    headers.put(HttpHeaders.CACHE_CONTROL, "no-store");
    headers.put(ProblemBody.CONTENT_TYPE_OPTIONS, ProblemBody.NO_SNIFF);
    headers.put(RequestIds.HEADER, id);
  }

  /** The HTTP/1.1 response, the last one of its connection. */
  FullHttpResponse http1() {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), body);
    headers.forEach(response.headers()::set);
    response.headers().set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    return response;
  }

  /** The head of the HTTP/2 response. */
  Http2Headers http2Head() {
    Http2Headers head = new DefaultHttp2Headers().status(Integer.toString(status));
    headers.forEach((name, value) -> head.set(AsciiString.of(name).toLowerCase(), value));
    return head;
  }

  /** The body of the HTTP/2 response. */
  ByteBuf body() {
    return body;
  }
}
