package dev.outpour.http.connection;

import dev.outpour.loop.TurnBudget;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;

/**
 * Tells the guard of a connection which frames come, and ends the connection if too many of them
 * ask for nothing. Floods of other frames Netty sees itself. For use on the connection's event loop
 * only.
 *
 * <p>A client gives room for what it has read: twice at most for each frame with data, for the
 * stream and for all. So each time it does is paid for by some bytes that were sent to it before,
 * fewer than the shortest frame has that the hub sends; only what is not paid for counts.
 */
final class Http2Frames extends Http2FrameListenerDecorator {

  /** How many in a while that are no part of a request; a client who is busy sends a few. */
  private static final int MOST_IDLE_FRAMES = 500;

  private static final long WHILE_MILLIS = 10_000;

  /** What a client has to have read to give room once. */
  private static final int BYTES_FOR_ROOM = 16;

  private final Http2Guard guard;

  /** How much room the client has given for all streams together, ever. */
  private long roomBytes;

  /** How much of what was sent is used up. */
  private long paidBytes;

  private int idleFrames;
  private long whileEndMillis;

  Http2Frames(Http2FrameListener listener, Http2Guard guard) {
    super(listener);
    this.guard = guard;
    this.roomBytes = guard.room();
  }

  private void count() throws Http2Exception {
    guard.gotFrame();
    long now = TurnBudget.nowMillis();
    if (now >= whileEndMillis) {
      whileEndMillis = now + WHILE_MILLIS;
      idleFrames = 0;
    }
    idleFrames++;
    if (idleFrames > MOST_IDLE_FRAMES) {
      throw Http2Exception.connectionError(
          Http2Error.ENHANCE_YOUR_CALM, "Too many frames that are no part of a request");
    }
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context, int stream, Http2Headers headers, int padding, boolean last)
      throws Http2Exception {
    guard.gotHead(stream, last);
    super.onHeadersRead(context, stream, headers, padding, last);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int stream,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean last)
      throws Http2Exception {
    guard.gotHead(stream, last);
    super.onHeadersRead(context, stream, headers, dependency, weight, exclusive, padding, last);
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext context, int stream, ByteBuf data, int padding, boolean last)
      throws Http2Exception {
    guard.gotBody(stream, data.readableBytes(), last);
    return super.onDataRead(context, stream, data, padding, last);
  }

  @Override
  public void onPriorityRead(
      ChannelHandlerContext context, int stream, int dependency, short weight, boolean exclusive)
      throws Http2Exception {
    count();
    super.onPriorityRead(context, stream, dependency, weight, exclusive);
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext context, int stream, long why)
      throws Http2Exception {
    guard.gotFrame();
    super.onRstStreamRead(context, stream, why);
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings)
      throws Http2Exception {
    count();
    super.onSettingsRead(context, settings);
  }

  @Override
  public void onSettingsAckRead(ChannelHandlerContext context) throws Http2Exception {
    count();
    super.onSettingsAckRead(context);
  }

  @Override
  public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
    count();
    super.onPingRead(context, data);
  }

  @Override
  public void onPingAckRead(ChannelHandlerContext context, long data) throws Http2Exception {
    count();
    super.onPingAckRead(context, data);
  }

  @Override
  public void onGoAwayRead(ChannelHandlerContext context, int last, long why, ByteBuf more)
      throws Http2Exception {
    count();
    super.onGoAwayRead(context, last, why, more);
  }

  @Override
  public void onWindowUpdateRead(ChannelHandlerContext context, int stream, int bytes)
      throws Http2Exception {
    roomBytes += stream == 0 ? bytes : 0;
    long sentBytes = roomBytes - guard.room();
    if (paidBytes + BYTES_FOR_ROOM <= sentBytes) {
      paidBytes += BYTES_FOR_ROOM;
      guard.gotFrame();
    } else {
      count();
    }
    super.onWindowUpdateRead(context, stream, bytes);
  }

  @Override
  public void onUnknownFrame(
      ChannelHandlerContext context, byte type, int stream, Http2Flags flags, ByteBuf payload)
      throws Http2Exception {
    count();
    super.onUnknownFrame(context, type, stream, flags, payload);
  }
}
