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
 * The decoder of Vert.x, except that it takes two things as malformed that a program on the way may
 * have read otherwise: a line of a head that begins with a space or a tab, which Netty would join
 * to the line before (RFC 9112, section 5.2), and a first line whose parts are divided by anything
 * but one space each, or that has a control character in it (section 3), such as a CR that no LF
 * follows (section 2.2). For use on the connection's event loop only.
 */
public final class StrictDecoder extends VertxHttpRequestDecoder {

  /** What Vert.x calls its own. */
  static final String NAME = "httpDecoder";

  /** What is said of such a head. */
  public static final class HeadException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String detail;

    HeadException(String detail) {
      super(detail, null, false, false);
      this.detail = detail;
    }

    /** What to change. */
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
      // What was taken is there until the caller drops it, and belongs to the head alone.
      look(buffer, from, buffer.readerIndex());
    }
    for (int i = had; i < out.size(); i++) {
      Object message = out.get(i);
      if (message instanceof HttpRequest request) {
        end(request);
      }
      inHead = message instanceof LastHttpContent;
    }
  }

  private void look(ByteBuf buffer, int from, int to) {
    for (int i = first.look(buffer, from, to); i < to; ) {
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
    if (request.decoderResult().isSuccess() && (folded || first.isOdd())) {
      String detail =
          folded
              ? "A header is folded: send it on one line"
              : "The first line is not a method, an address and HTTP/1.1 with one space between"
                  + " each, and without control characters";
      request.setDecoderResult(DecoderResult.failure(new HeadException(detail)));
    }
    folded = false;
    afterLineEnd = false;
    first.reset();
  }

  /** The first line of a head, byte by byte as it comes. */
  private static final class FirstLine {
    private static final byte DELETE = 0x7f;

    private int spaces;
    private byte before = ' ';
    private boolean odd;
    private boolean afterReturn;
    private boolean ended;

    /** Another head comes. */
    void reset() {
      spaces = 0;
      before = ' ';
      odd = false;
      afterReturn = false;
      ended = false;
    }

    /** Returns where it ends, behind what divides it from the next. */
    int look(ByteBuf buffer, int from, int to) {
      int i = from;
      for (; i < to && !ended; i++) {
        byte now = buffer.getByte(i);
        boolean begun = before != ' ' || spaces > 0;
        odd |= afterReturn && now != '\n';
        afterReturn = begun && now == '\r';
        if (now == '\n') {
          ended = begun;
        } else if (now == ' ') {
          odd |= before == ' ';
          spaces++;
        } else if (now != '\r') {
          odd |=
              (now >= 0 && now < ' ') || now == DELETE || (spaces == 2 && now >= 'a' && now <= 'z');
        }
        before = now == '\r' || now == '\n' ? before : now;
      }
      return i;
    }

    boolean isOdd() {
      return odd || spaces != 2;
    }
  }
}
