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
 * Reports the frames of a connection to a listener, and closes the connection on a flood of frames
 * that are no part of a request. Netty itself detects floods of other frames. For use on the
 * connection's event loop only.
 *
 * <p>A client sends window updates for what it has read: at most two for each data frame, one for
 * the stream and one for the connection. So the bytes sent before pay for window updates: each
 * costs {@value #BYTES_PER_UPDATE} bytes, fewer than the shortest frame that the hub sends. Only
 * those that are not paid for count.
 */
final class Http2Frames extends Http2FrameListenerDecorator {

  /** Hears of frames. */
  interface Listener {

    /** The size of the connection's send window. */
    int window();

    /** A complete frame has arrived. */
    void onFrame();

    /** The head or the trailers of a request have arrived. */
    void onHead(int stream, boolean last);

    /** A part of a request body has arrived. */
    void onBody(int stream, int bytes, boolean last);
  }

  /** How many idle frames are allowed in an interval; a busy client sends a few. */
  private static final int MAX_IDLE_FRAMES = 500;

  private static final long INTERVAL_MILLIS = 10_000;

  /** What one window update costs. */
  private static final int BYTES_PER_UPDATE = 16;

  private final Listener guard;

  /** The sum of all window updates of the connection. */
  private long windowBytes;

  /** How many of the bytes sent have paid for window updates. */
  private long paidBytes;

  private int idleFrames;
  private long intervalEndMillis;

  Http2Frames(Http2FrameListener next, Listener guard) {
    super(next);
    this.guard = guard;
    this.windowBytes = guard.window();
  }

  private void count() throws Http2Exception {
    guard.onFrame();
    long now = TurnBudget.nowMillis();
    if (now >= intervalEndMillis) {
      intervalEndMillis = now + INTERVAL_MILLIS;
      idleFrames = 0;
    }
    idleFrames++;
    if (idleFrames > MAX_IDLE_FRAMES) {
      throw Http2Exception.connectionError(
          Http2Error.ENHANCE_YOUR_CALM, "Too many frames that are no part of a request");
    }
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context, int stream, Http2Headers headers, int padding, boolean last)
      throws Http2Exception {
    guard.onHead(stream, last);
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
    guard.onHead(stream, last);
    super.onHeadersRead(context, stream, headers, dependency, weight, exclusive, padding, last);
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext context, int stream, ByteBuf data, int padding, boolean last)
      throws Http2Exception {
    guard.onBody(stream, data.readableBytes(), last);
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
    guard.onFrame();
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
    windowBytes += stream == 0 ? bytes : 0;
    long sentBytes = windowBytes - guard.window();
    if (paidBytes + BYTES_PER_UPDATE <= sentBytes) {
      paidBytes += BYTES_PER_UPDATE;
      guard.onFrame();
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
