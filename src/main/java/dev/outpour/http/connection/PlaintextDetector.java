package dev.outpour.http.connection;

import dev.outpour.http.response.DateHeader;
import dev.outpour.update.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.util.ReferenceCountUtil;

/**
 * Stands before TLS until a client has said its first word: one who speaks HTTP without TLS is told
 * so, in HTTP, and its connection closed. For use on one connection's event loop only.
 */
final class PlaintextDetector extends ChannelInboundHandlerAdapter {

  private static final Refusal PLAIN =
      Refusal.badRequest("This port speaks TLS: begin the address with https:// and not http://");

  private boolean answered;

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!answered && message instanceof ByteBuf bytes && !isPlain(bytes)) {
      context.pipeline().remove(this);
      context.fireChannelRead(message);
      return;
    }
    ReferenceCountUtil.release(message);
    if (!answered) {
      answered = true;
      context.pipeline().addBefore(context.name(), null, new HttpResponseEncoder());
      context
          .writeAndFlush(
              new GuardResponse(PLAIN, new DateHeader(System::currentTimeMillis)).http1())
          .addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** Each method begins with a letter, and no record of TLS does (RFC 8446, section 5.1). */
  private static boolean isPlain(ByteBuf bytes) {
    byte first = bytes.getByte(bytes.readerIndex());
    return (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
  }
}
