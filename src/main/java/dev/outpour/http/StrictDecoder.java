package dev.outpour.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;

/**
 * The decoder of Vert.x, except that a line of a head that begins with a space or a tab makes the
 * request malformed. Netty would join it to the line before (RFC 9112, section 5.2), and a program
 * on the way may have read it as another. For use on the connection's event loop only.
 */
final class StrictDecoder extends VertxHttpRequestDecoder {

  /** What Vert.x calls its own. */
  static final String NAME = "httpDecoder";

  /** What is said of such a line. */
  private static final class FoldedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    FoldedException() {
      super("A header is folded: send it on one line", null, false, false);
    }
  }

  private boolean inHead = true;
  private boolean afterLineEnd;
  private boolean folded;

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
    for (int i = from; i < to; ) {
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
    if (folded && request.decoderResult().isSuccess()) {
      request.setDecoderResult(DecoderResult.failure(new FoldedException()));
    }
    folded = false;
    afterLineEnd = false;
  }
}
