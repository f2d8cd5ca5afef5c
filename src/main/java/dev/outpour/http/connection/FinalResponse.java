package dev.outpour.http.connection;

import dev.outpour.http.socket.Sockets;
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
public final class FinalResponse {

  private static final AttributeKey<Boolean> SAID = AttributeKey.valueOf("outpour.lastAnswer");

  private FinalResponse() {}

  /** Has the answer to a request say so; of HTTP/2 no answer is. */
  public static void say(HttpServerRequest request) {
    if (!Sockets.isShared(request)) {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      Sockets.of(request).attr(SAID).set(true);
    }
  }

  /** Whether one has on the connection of a request. */
  public static boolean isSaid(HttpServerRequest request) {
    return Sockets.of(request).hasAttr(SAID);
  }

  /**
   * Throws away from now on what comes on the connection of a request, of HTTP/1: what nobody had
   * read when it is closed would make that a reset, which can take the answer from the client.
   */
  public static void throwAway(HttpServerRequest request) {
    Channel channel = Sockets.of(request);
    if (channel.isOpen()) {
      channel.pipeline().addFirst(new ThrowAway());
      channel.config().setAutoRead(true);
    }
  }

  /** Has the client see that it was the last one, when it is written; by TLS not before the end. */
  public static void endSending(HttpServerRequest request) {
    Channel channel = Sockets.of(request);
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
