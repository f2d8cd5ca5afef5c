package dev.outpour.http.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;

/**
 * Copies the body of a request to the heap before Vert.x receives it.
 *
 * <p>Vert.x would copy it later: it keeps the buffers of a pipelined request, and never releases
 * them if the connection closes first. Shared by all connections.
 */
@Sharable
public final class HeapBodyCopier extends ChannelInboundHandlerAdapter {

  /** Its name in the pipeline, before the handler of Vert.x. */
  public static final String NAME = "heapBodies";

  /** The name of Vert.x's handler. */
  public static final String HANDLER = "handler";

  static final HeapBodyCopier INSTANCE = new HeapBodyCopier();

  private HeapBodyCopier() {}

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpContent content && content.content().isReadable()) {
      ByteBuf bytes = content.content();
      ByteBuf copy = Unpooled.buffer(bytes.readableBytes()).writeBytes(bytes);
      HttpContent copied = content.replace(copy);
      copied.setDecoderResult(content.decoderResult());
      content.release();
      context.fireChannelRead(copied);
    } else {
      context.fireChannelRead(message);
    }
  }
}
