package dev.outpour.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/**
 * That an answer is the last one of its connection of HTTP/1: it says {@code Connection: close},
 * and no request behind it is processed (RFC 9112, section 9.6), also none that Vert.x has read
 * already. For use on the connection's event loop only.
 */
final class LastAnswer {

  private static final AttributeKey<Boolean> SAID = AttributeKey.valueOf("outpour.lastAnswer");

  private LastAnswer() {}

  /** Has the answer to a request say so; of HTTP/2 no answer is. */
  static void say(HttpServerRequest request) {
    if (!Lane.isShared(request)) {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      ResponseWriter.channel(request.connection()).attr(SAID).set(true);
    }
  }

  /** Whether one has on the connection of a request. */
  static boolean isSaid(HttpServerRequest request) {
    return ResponseWriter.channel(request.connection()).hasAttr(SAID);
  }

  /**
   * Throws away from now on what comes on the connection of a request, of HTTP/1: what nobody had
   * read when it is closed would make that a reset, which can take the answer from the client.
   */
  static void throwAway(HttpServerRequest request) {
    Channel channel = ResponseWriter.channel(request.connection());
    if (channel.isOpen()) {
      channel.pipeline().addFirst(new ThrowAway());
      channel.config().setAutoRead(true);
    }
  }

  /** Has the client see that it was the last one, when it is written; by TLS not before the end. */
  static void endSending(HttpServerRequest request) {
    Channel channel = ResponseWriter.channel(request.connection());
    if (channel instanceof DuplexChannel duplex
        && channel.pipeline().get(SslHandler.class) == null) {
      var unused = duplex.shutdownOutput();
    }
  }

  private static final class ThrowAway extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
    }

    /** Vert.x stops reading where requests that it has read wait for their turn. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.fireChannelReadComplete();
      context.channel().config().setAutoRead(true);
    }
  }
}
