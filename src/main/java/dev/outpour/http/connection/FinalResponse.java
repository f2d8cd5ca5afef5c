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
 * Marks a response as the last one of its HTTP/1 connection: it has {@code Connection: close}, and
 * no request after it is processed (RFC 9112, section 9.6), not even one that Vert.x has already
 * read. For use on the connection's event loop only.
 */
public final class FinalResponse {

  private static final AttributeKey<Boolean> FINAL = AttributeKey.valueOf("outpour.lastAnswer");

  private FinalResponse() {}

  /** Marks the response to a request; does nothing for HTTP/2. */
  public static void set(HttpServerRequest request) {
    if (!Sockets.isShared(request)) {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      Sockets.of(request).attr(FINAL).set(true);
    }
  }

  /** Whether the connection of a request has had its last response. */
  public static boolean isSet(HttpServerRequest request) {
    return Sockets.of(request).hasAttr(FINAL);
  }

  /**
   * Discards all further input of an HTTP/1 connection. Closing a connection with unread input
   * would reset it, and the client could lose the response.
   */
  public static void discardInput(HttpServerRequest request) {
    Channel channel = Sockets.of(request);
    if (channel.isOpen()) {
      channel.pipeline().addFirst(new InputDiscarder());
      channel.config().setAutoRead(true);
    }
  }

  /** Closes the sending side, so that the client sees the end; not possible with TLS. */
  public static void shutdownOutput(HttpServerRequest request) {
    Channel channel = Sockets.of(request);
    if (channel instanceof DuplexChannel duplex
        && channel.pipeline().get(SslHandler.class) == null) {
      var unused = duplex.shutdownOutput();
    }
  }

  private static final class InputDiscarder extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
    }

    /** Vert.x stops reading while pipelined requests wait. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.fireChannelReadComplete();
      context.channel().config().setAutoRead(true);
    }
  }
}
