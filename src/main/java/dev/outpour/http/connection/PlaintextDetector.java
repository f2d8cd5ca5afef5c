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
 * Detects plain HTTP on a TLS port: answers it in HTTP, and closes the connection. It leaves the
 * pipeline after the client's first bytes. For use on one connection's event loop only.
 */
final class PlaintextDetector extends ChannelInboundHandlerAdapter {

  private static final Refusal PLAIN =
      Refusal.badRequest("This port requires TLS: use https:// instead of http://");

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

  /** HTTP methods begin with a letter, TLS records do not (RFC 8446, section 5.1). */
  private static boolean isPlain(ByteBuf bytes) {
    byte first = bytes.getByte(bytes.readerIndex());
    return (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
  }
}
