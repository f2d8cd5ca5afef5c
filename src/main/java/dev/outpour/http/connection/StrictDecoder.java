package dev.outpour.http.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;

/**
 * The HTTP/1 decoder of Vert.x, stricter in two points that other programs may parse differently.
 * It rejects folded headers, whose lines Netty would join (RFC 9112, section 5.2). It rejects a
 * request line with other separators than single spaces, or with a control character (section 3),
 * such as a CR without LF (section 2.2). For use on the connection's event loop only.
 */
public final class StrictDecoder extends VertxHttpRequestDecoder {

  /** The name of Vert.x's decoder. */
  static final String NAME = "httpDecoder";

  /** Marks a head that was rejected. */
  public static final class HeadException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String detail;

    HeadException(String detail) {
      super(detail, null, false, false);
      this.detail = detail;
    }

    /** What is wrong, and what to change. */
    public String detail() {
      return detail;
    }
  }

  private boolean inHead = true;
  private boolean afterLineEnd;
  private boolean folded;
  private final FirstLine first = new FirstLine();

  StrictDecoder(HttpServerOptions options) {
    super(options);
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out)
      throws Exception {
    int from = buffer.readerIndex();
    int had = out.size();
    super.decode(context, buffer, out);
    if (inHead) {
      // The consumed bytes stay in the buffer until the caller drops them, and belong to the head.
      scan(buffer, from, buffer.readerIndex());
    }
    for (int i = had; i < out.size(); i++) {
      Object message = out.get(i);
      if (message instanceof HttpRequest request) {
        end(request);
      }
      inHead = message instanceof LastHttpContent;
    }
  }

  private void scan(ByteBuf buffer, int from, int to) {
    for (int i = first.read(buffer, from, to); i < to; ) {
      if (afterLineEnd) {
        byte first = buffer.getByte(i);
        folded |= first == ' ' || first == '\t';
      }
      int end = buffer.indexOf(i, to, (byte) '\n');
      afterLineEnd = end >= 0;
      i = end < 0 ? to : end + 1;
    }
  }

  private void end(HttpRequest request) {
    if (request.decoderResult().isSuccess() && (folded || first.isInvalid())) {
      String detail =
          folded
              ? "A header is folded: send it on one line"
              : "Invalid request line: send method, target and HTTP/1.1 with single spaces between"
                  + " them, and without control characters";
      request.setDecoderResult(DecoderResult.failure(new HeadException(detail)));
    }
    folded = false;
    afterLineEnd = false;
    first.reset();
  }

  /** The request line, byte by byte. */
  private static final class FirstLine {
    private static final byte DELETE = 0x7f;

    private int spaces;
    private byte before = ' ';
    private boolean invalid;
    private boolean afterReturn;
    private boolean ended;

    /** Prepares for the next head. */
    void reset() {
      spaces = 0;
      before = ' ';
      invalid = false;
      afterReturn = false;
      ended = false;
    }

    /** Reads some bytes; returns the index after the request line. */
    int read(ByteBuf buffer, int from, int to) {
      int i = from;
      for (; i < to && !ended; i++) {
        byte now = buffer.getByte(i);
        boolean begun = before != ' ' || spaces > 0;
        invalid |= afterReturn && now != '\n';
        afterReturn = begun && now == '\r';
        if (now == '\n') {
          ended = begun;
        } else if (now == ' ') {
          invalid |= before == ' ';
          spaces++;
        } else if (now != '\r') {
          invalid |=
              (now >= 0 && now < ' ') || now == DELETE || (spaces == 2 && now >= 'a' && now <= 'z');
        }
        before = now == '\r' || now == '\n' ? before : now;
      }
      return i;
    }

    boolean isInvalid() {
      return invalid || spaces != 2;
    }
  }
}
