package dev.outpour.http.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;

/**
 * Moves what was read of a request's body to the heap before Vert.x gets it.
 *
 * <p>Vert.x would copy it too, but later: what belongs to a request that waits for its turn it
 * holds as it is, and never releases if the connection ends before. For use by all connections.
 */
@Sharable
public final class HeapBodyCopier extends ChannelInboundHandlerAdapter {

  /** Under which name it stands before the handler of Vert.x. */
  public static final String NAME = "heapBodies";

  /** What Vert.x calls its own. */
  public static final String HANDLER = "handler";

  static final HeapBodyCopier INSTANCE = new HeapBodyCopier();

  private HeapBodyCopier() {}

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpContent content && content.content().isReadable()) {
      ByteBuf bytes = content.content();
      ByteBuf copy = Unpooled.buffer(bytes.readableBytes()).writeBytes(bytes);
      HttpContent moved = content.replace(copy);
      moved.setDecoderResult(content.decoderResult());
      content.release();
      context.fireChannelRead(moved);
    } else {
      context.fireChannelRead(message);
    }
  }
}
