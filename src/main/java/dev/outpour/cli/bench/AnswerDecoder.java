package dev.outpour.cli.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;

/**
 * Passes the HTTP/1.1 answers on one connection to a sink, as Netty decodes them. Interim answers
 * (1xx) are skipped. Confined to the connection's event loop.
 */
final class AnswerDecoder extends SimpleChannelInboundHandler<HttpObject> {

  /** Receives the answers in order. */
  interface Sink {

    /** An answer begins. */
    void head(int status);

    /** Part of the answer's body. The bytes are valid only during the call. */
    void body(byte[] bytes, int from, int to);

    /** The answer is complete. An answer that ends with its connection is not. */
    void end();

    /** The hub sent something other than HTTP/1.1; nothing follows. */
    void malformed();
  }

  private static final int MAX_HEAD_BYTES = 65_536;

  private final Sink sink;
  private boolean interim;

  AnswerDecoder(Sink sink) {
    this.sink = sink;
  }

  /** Decodes everything that this socket receives from now on. */
  static void attach(NetSocket socket, Sink sink) {
    ChannelHandlerContext vertx = ((NetSocketInternal) socket).channelHandlerContext();
    vertx
        .pipeline()
        .addBefore(vertx.name(), null, http())
        .addBefore(vertx.name(), null, new AnswerDecoder(sink));
  }

  /** The handler that turns bytes into the objects that this class reads. */
  static ChannelHandler http() {
    return new HttpResponseDecoder(
        new HttpDecoderConfig().setMaxHeaderSize(MAX_HEAD_BYTES).setMaxChunkSize(MAX_HEAD_BYTES));
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
    if (!context.channel().isActive()) {
      return;
    }
    if (part.decoderResult().isFailure()) {
      sink.malformed();
      return;
    }
    if (part instanceof HttpResponse response) {
      interim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
      if (!interim) {
        sink.head(response.status().code());
      }
    }
    if (part instanceof HttpContent content && !interim) {
      body(content.content());
      if (part instanceof LastHttpContent) {
        sink.end();
      }
    }
  }

  private void body(ByteBuf content) {
    if (content.hasArray()) {
      int from = content.arrayOffset() + content.readerIndex();
      sink.body(content.array(), from, from + content.readableBytes());
    } else {
      byte[] copy = ByteBufUtil.getBytes(content);
      sink.body(copy, 0, copy.length);
    }
  }
}
