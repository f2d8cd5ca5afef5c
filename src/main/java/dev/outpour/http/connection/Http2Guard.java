package dev.outpour.http.connection;

import dev.outpour.http.socket.Http2Streams;
import dev.outpour.loop.TurnBudget;
import dev.outpour.metrics.Limit;
import dev.outpour.update.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Guards one HTTP/2 connection: resets requests that arrive too slowly and responses that are not
 * read, and closes an idle connection. Event streams are not checked once they have {@linkplain
 * #leavePace left}.
 *
 * <p>It has no timer: {@link #check} is called once a second. For use on the connection's event
 * loop only.
 */
final class Http2Guard extends ChannelInboundHandlerAdapter implements Http2Frames.Listener {

  /** Its name in the pipeline, before the HTTP/2 handler. */
  static final String NAME = "http2Guard";

  /** A request and its response. */
  private static final class Exchange {
    boolean inBody;
    long deadlineMillis;

    /** Since when the window has been empty; 0 if it is not. */
    long stuckMillis;
  }

  private final GuardPolicy policy;
  private final Http2ConnectionHandler handler;
  private final Http2Connection connection;
  private final WriteProgress unread = new WriteProgress();
  private final Consumer<Http2Guard> onRemoved;
  private final IntObjectMap<Exchange> exchanges = new IntObjectHashMap<>();
  private @Nullable ChannelHandlerContext context;

  /** Since when the connection has been idle. */
  private long idleMillis;

  /** When the frame or head that has begun must be complete; 0 if none has. */
  private long frameDeadlineMillis;

  private boolean gotBytes;

  /** Whether this read produced complete frames. */
  private boolean gotFrames;

  /** Creates the guard of a connection whose client has sent its preface. */
  Http2Guard(GuardPolicy policy, Http2ConnectionHandler handler, Consumer<Http2Guard> onRemoved) {
    this.policy = policy;
    this.onRemoved = onRemoved;
    this.handler = handler;
    this.connection = handler.connection();
    this.idleMillis = TurnBudget.nowMillis();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    this.context = context.pipeline().context(handler);
    handler.decoder().frameListener(new Http2Frames(handler.decoder().frameListener(), this));
    connection.addListener(
        new Http2ConnectionAdapter() {
          @Override
          public void onStreamClosed(Http2Stream stream) {
            exchanges.remove(stream.id());
          }
        });
  }

  /** Stops checking the pace of a request and its response. */
  void leavePace(int stream) {
    exchanges.remove(stream);
  }

  /** Stops checking the pace of a request body. */
  void leaveBodyPace(int stream) {
    Exchange exchange = exchanges.get(stream);
    if (exchange != null) {
      exchange.deadlineMillis = Long.MAX_VALUE / 2;
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    gotBytes = true;
    context.fireChannelRead(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (gotFrames) {
      frameDeadlineMillis = 0;
    } else if (gotBytes && frameDeadlineMillis == 0) {
      frameDeadlineMillis = TurnBudget.nowMillis() + policy.headMillis();
    }
    gotBytes = false;
    gotFrames = false;
    context.fireChannelReadComplete();
  }

  @Override
  public int window() {
    return handler.encoder().flowController().windowSize(connection.connectionStream());
  }

  @Override
  public void onFrame() {
    gotFrames = true;
  }

  @Override
  public void onHead(int stream, boolean last) {
    gotFrames = true;
    idleMillis = TurnBudget.nowMillis();
    Exchange exchange = exchanges.get(stream);
    if (exchange == null) {
      exchange = new Exchange();
      exchange.deadlineMillis = idleMillis + policy.bodyMillis();
      exchanges.put(stream, exchange);
    }
    exchange.inBody = !last;
  }

  @Override
  public void onBody(int stream, int bytes, boolean last) {
    gotFrames = true;
    Exchange exchange = exchanges.get(stream);
    if (exchange != null) {
      exchange.deadlineMillis += bytes;
      exchange.inBody = !last;
    }
  }

  /** Closes the connection, or resets a request, if its client is late. */
  void check(long nowMillis) {
    if (context == null) {
      return;
    }
    ChannelHandlerContext own = context;
    if (connection.numActiveStreams() > 0) {
      idleMillis = nowMillis;
      // Frames of a stream that has just ended are not reported.
      frameDeadlineMillis = 0;
    }
    long stuckMillis = unread.stuckMillis(own.channel(), nowMillis);
    if (stuckMillis > 0) {
      // Vert.x does not flush the head of a response while the window for its body is empty.
      own.channel().flush();
    }
    boolean streams = connection.numActiveStreams() > exchanges.size();
    if (!streams && stuckMillis >= policy.idleMillis()) {
      policy.limited(Limit.UNREAD);
      own.channel().unsafe().close(own.voidPromise());
    } else if (frameDeadlineMillis > 0 && nowMillis >= frameDeadlineMillis) {
      policy.limited(Limit.HEAD);
      close(own);
    } else if (nowMillis - idleMillis >= policy.idleMillis()) {
      policy.limited(Limit.IDLE);
      close(own);
    } else {
      List.copyOf(exchanges.keySet()).forEach(id -> check(own, id, nowMillis));
    }
  }

  /** Sends GOAWAY first. */
  private static void close(ChannelHandlerContext own) {
    var unused = own.channel().close();
  }

  private void check(ChannelHandlerContext own, int id, long nowMillis) {
    Exchange exchange = exchanges.get(id);
    Http2Stream stream = connection.stream(id);
    if (exchange == null || stream == null) {
      exchanges.remove(id);
    } else if (exchange.inBody) {
      if (nowMillis >= exchange.deadlineMillis) {
        policy.limited(Limit.BODY);
        refuse(own, stream, Http1Guard.BODY_LATE);
      }
    } else if (!stream.isHeadersSent() || Http2Streams.window(handler, stream) > 0) {
      exchange.stuckMillis = 0;
    } else if (exchange.stuckMillis == 0) {
      exchange.stuckMillis = nowMillis;
    } else if (nowMillis - exchange.stuckMillis >= policy.idleMillis()) {
      policy.limited(Limit.UNREAD);
      Http2Streams.reset(handler, own, id, Http2Error.CANCEL);
    }
  }

  /** Answers in place of Vert.x unless it has begun to, then resets the stream. */
  private void refuse(ChannelHandlerContext own, Http2Stream stream, Refusal refusal) {
    if (!stream.isHeadersSent()) {
      GuardResponse answer = policy.answer(refusal);
      var unused = write(own, stream.id(), answer.http2Head(), answer.body());
      own.channel().flush();
    }
    Http2Streams.reset(handler, own, stream.id(), Http2Error.NO_ERROR);
  }

  private ChannelFuture write(ChannelHandlerContext own, int id, Http2Headers head, ByteBuf body) {
    Http2ConnectionEncoder encoder = handler.encoder();
    var unused = encoder.writeHeaders(own, id, head, 0, false, own.newPromise());
    return encoder.writeData(own, id, body, 0, true, own.newPromise());
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    onRemoved.accept(this);
  }
}
