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
import org.jspecify.annotations.Nullable;

/**
 * Watches one connection of HTTP/2: that what its client begins arrives in time, that answers are
 * taken, and that it is not kept for nothing. Streams of events are none of its business, once they
 * have {@linkplain #leavePace left}.
 *
 * <p>It has no timer: {@link Connections} comes by. For use on the connection's event loop only.
 */
final class Http2Guard extends ChannelInboundHandlerAdapter {

  /** Under which name it stands before what speaks HTTP/2. */
  static final String NAME = "http2Guard";

  /** A request and its answer. */
  private static final class Exchange {
    boolean inBody;
    long deadlineMillis;

    /** Since when its client has had no room for the answer; 0 if it has. */
    long stuckMillis;
  }

  private final Connections connections;
  private final Http2ConnectionHandler handler;
  private final Http2Connection connection;
  private final WriteProgress unread = new WriteProgress();
  private final IntObjectMap<Exchange> exchanges = new IntObjectHashMap<>();
  private @Nullable ChannelHandlerContext context;

  /** Since when there has been nothing to do. */
  private long idleMillis;

  /** When what has begun to arrive has to be a whole frame, or a whole head; 0 if nothing has. */
  private long frameDeadlineMillis;

  private boolean gotBytes;

  /** Whether what was read in this turn had whole frames. */
  private boolean gotFrames;

  /** One for a connection whose client has said its first word. */
  Http2Guard(Connections connections, Http2ConnectionHandler handler) {
    this.connections = connections;
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

  /** Leaves the pace of a request and its answer to whoever reads and writes them. */
  void leavePace(int stream) {
    exchanges.remove(stream);
  }

  /** Leaves the pace of a request's body to whoever reads it. */
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
      frameDeadlineMillis = TurnBudget.nowMillis() + connections.headMillis();
    }
    gotBytes = false;
    gotFrames = false;
    context.fireChannelReadComplete();
  }

  /** For how many bytes its client has room, of all streams together. */
  int room() {
    return handler.encoder().flowController().windowSize(connection.connectionStream());
  }

  /** Hears of a whole frame. */
  void gotFrame() {
    gotFrames = true;
  }

  /** Hears of the head of a request, or of what stands after its body. */
  void gotHead(int stream, boolean last) {
    gotFrames = true;
    idleMillis = TurnBudget.nowMillis();
    Exchange exchange = exchanges.get(stream);
    if (exchange == null) {
      exchange = new Exchange();
      exchange.deadlineMillis = idleMillis + connections.bodyMillis();
      exchanges.put(stream, exchange);
    }
    exchange.inBody = !last;
  }

  /** Hears of a part of a request's body. */
  void gotBody(int stream, int bytes, boolean last) {
    gotFrames = true;
    Exchange exchange = exchanges.get(stream);
    if (exchange != null) {
      exchange.deadlineMillis += bytes;
      exchange.inBody = !last;
    }
  }

  /** Ends what its client is late with: the connection, or a request on it. */
  void look(long nowMillis) {
    if (context == null) {
      return;
    }
    ChannelHandlerContext own = context;
    if (connection.numActiveStreams() > 0) {
      idleMillis = nowMillis;
      // Of frames for a stream that has just ended nobody hears either.
      frameDeadlineMillis = 0;
    }
    long stuckMillis = unread.stuckMillis(own.channel(), nowMillis);
    if (stuckMillis > 0) {
      // Vert.x leaves the head of an answer lying where there is no room for its body yet.
      own.channel().flush();
    }
    boolean streams = connection.numActiveStreams() > exchanges.size();
    if (!streams && stuckMillis >= connections.idleMillis()) {
      connections.limited(Limit.UNREAD);
      own.channel().unsafe().close(own.voidPromise());
    } else if (frameDeadlineMillis > 0 && nowMillis >= frameDeadlineMillis) {
      connections.limited(Limit.HEAD);
      close(own);
    } else if (nowMillis - idleMillis >= connections.idleMillis()) {
      connections.limited(Limit.IDLE);
      close(own);
    } else {
      List.copyOf(exchanges.keySet()).forEach(id -> look(own, id, nowMillis));
    }
  }

  /** Says goodbye first, as HTTP/2 has it. */
  private static void close(ChannelHandlerContext own) {
    var unused = own.channel().close();
  }

  private void look(ChannelHandlerContext own, int id, long nowMillis) {
    Exchange exchange = exchanges.get(id);
    Http2Stream stream = connection.stream(id);
    if (exchange == null || stream == null) {
      exchanges.remove(id);
    } else if (exchange.inBody) {
      if (nowMillis >= exchange.deadlineMillis) {
        connections.limited(Limit.BODY);
        refuse(own, stream, Http1Guard.BODY_LATE);
      }
    } else if (!stream.isHeadersSent() || Http2Streams.window(handler, stream) > 0) {
      exchange.stuckMillis = 0;
    } else if (exchange.stuckMillis == 0) {
      exchange.stuckMillis = nowMillis;
    } else if (nowMillis - exchange.stuckMillis >= connections.idleMillis()) {
      connections.limited(Limit.UNREAD);
      Http2Streams.reset(handler, own, id, Http2Error.CANCEL);
    }
  }

  /** Answers in place of Vert.x, if it has not begun to, and wants nothing more of the request. */
  private void refuse(ChannelHandlerContext own, Http2Stream stream, Refusal refusal) {
    if (!stream.isHeadersSent()) {
      GuardResponse answer = connections.answer(refusal);
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
    connections.remove(this);
  }
}
