package dev.outpour.cluster;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets the frames of an event bus pass, and closes a connection that brings anything else, or does
 * not end a frame in time, before Vert.x gathers it: that would wait for two gigabytes if a frame
 * says that it has so many, and report what it cannot read with a stack trace each time.
 *
 * <p>It looks at the length and the head of a frame; the body goes on as it comes, uncopied. For
 * one connection, on its event loop.
 *
 * <pre>
 *   length (32 bits), version (8), codec (8; its name, if that is -1), kind (8),
 *   address, reply address, sender, headers; then the body
 * </pre>
 *
 * <p>Texts and headers have a length of 32 bits before them, which that of the headers includes.
 */
final class FrameCheck extends ByteToMessageDecoder {

  private static final int NEWEST_VERSION = 2;
  private static final int NAMED_CODEC = -1;
  private static final int LAST_SYSTEM_CODEC = 17;

  /** The longest name, address or sender. */
  private static final int MOST_TEXT = 4 * 1024;

  /** A frame that has begun has to end within this time. */
  static final long MOST_SECONDS = 30;

  private final FrameBounds bounds;
  private int rest;
  private int held;
  private boolean refused;
  private long frames;
  private long dueFrame;
  private @Nullable Future<?> due;

  FrameCheck(FrameBounds bounds) {
    this.bounds = bounds;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (refused) {
      in.skipBytes(in.readableBytes());
    } else if (rest > 0) {
      pass(in, out);
    } else if (in.readableBytes() >= Integer.BYTES) {
      int from = in.readerIndex() + Integer.BYTES;
      int length = in.getInt(in.readerIndex());
      require(length > 0 && length <= bounds.mostBytes());
      if (isHeadComplete(in, from, from + length)) {
        rest = Integer.BYTES + length;
        pass(in, out);
      }
    }
  }

  private void pass(ByteBuf in, List<Object> out) {
    int size = Math.min(rest, in.readableBytes());
    out.add(in.readRetainedSlice(size));
    rest -= size;
    if (rest > 0) {
      held += size;
      require(bounds.hold(size));
    } else {
      frames++;
      letGo();
    }
  }

  private void letGo() {
    bounds.letGo(held);
    held = 0;
  }

  /** Whether all of it is here; what there is of it has been checked then. */
  private static boolean isHeadComplete(ByteBuf in, int from, int end) {
    int at = from + 2;
    if (in.writerIndex() < at) {
      return false;
    }
    int codec = in.getByte(from + 1);
    require(in.getByte(from) >= 0 && in.getByte(from) <= NEWEST_VERSION);
    require(codec >= NAMED_CODEC && codec <= LAST_SYSTEM_CODEC);
    if (codec == NAMED_CODEC) {
      at = afterText(in, at, end);
    }
    // The kind stands before the address.
    at = at < 0 ? at : at + 1;
    for (int text = 0; text < 3 && at >= 0; text++) {
      at = afterText(in, at, end);
    }
    return at >= 0 && afterHeaders(in, at, end) >= 0;
  }

  /** The place behind a text; negative if its length is not here yet. */
  private static int afterText(ByteBuf in, int at, int end) {
    int from = at + Integer.BYTES;
    require(from <= end);
    if (in.writerIndex() < from) {
      return -1;
    }
    int length = in.getInt(at);
    require(length >= 0 && length <= MOST_TEXT && length <= end - from);
    return from + length;
  }

  private static int afterHeaders(ByteBuf in, int at, int end) {
    require(at + Integer.BYTES <= end);
    if (in.writerIndex() < at + Integer.BYTES) {
      return -1;
    }
    int length = in.getInt(at);
    require(length >= Integer.BYTES && length <= end - at);
    return at + length;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) throws Exception {
    boolean isInFrame = !refused && (rest > 0 || actualReadableBytes() > 0);
    if (!isInFrame || dueFrame != frames) {
      forgetDue();
    }
    if (isInFrame && due == null) {
      dueFrame = frames;
      due = context.executor().schedule(() -> refuse(context), MOST_SECONDS, TimeUnit.SECONDS);
    }
    super.channelReadComplete(context);
  }

  private void forgetDue() {
    if (due != null) {
      due.cancel(false);
      due = null;
    }
  }

  private static void require(boolean isSo) {
    if (!isSo) {
      throw new CorruptedFrameException("Not a frame of the event bus");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof DecoderException) {
      refuse(context);
    } else {
      context.fireExceptionCaught(cause);
    }
  }

  private void refuse(ChannelHandlerContext context) {
    refused = true;
    bounds.tell(context.channel().remoteAddress());
    context.channel().unsafe().close(context.voidPromise());
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) {
    forgetDue();
    letGo();
  }
}
