package dev.outpour.http.connection;

import dev.outpour.loop.TurnBudget;
import dev.outpour.metrics.Limit;
import dev.outpour.update.Refusal;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Watches one connection of HTTP/1, between the codec and Vert.x: that its requests arrive in time
 * and in good form, and that its answers are taken. It leaves with the other handlers when a stream
 * takes the connection over.
 *
 * <p>It has no timer: {@link Connections} comes by. For use on the connection's event loop only.
 */
public final class Http1Guard extends ChannelDuplexHandler {

  /** Under which name it stands after the codec. */
  public static final String NAME = "guard";

  private static final Refusal NOT_HTTP =
      Refusal.badRequest(
          "The body is not framed as HTTP/1.1 has it: mend its Content-Length or its chunks");
  private static final Refusal HEAD_LATE =
      new Refusal(408, "The head of the request did not arrive in time: send it faster", 0);
  static final Refusal BODY_LATE =
      new Refusal(408, "The body did not arrive in time: send it faster, or in lines", 0);

  private final Connections connections;
  private final WriteProgress unread = new WriteProgress();
  private @Nullable ChannelHandlerContext context;

  /** Where it stands among its connections; kept by them. */
  int place;

  /** Whether anything was ever heard; whoever says nothing is told nothing. */
  private boolean heard;

  /** Whether a head has begun to arrive, or ought to, since the connection is new. */
  private boolean inHead = true;

  private boolean inBody;

  /** Whether whoever reads the body, or writes the answer, looks after its pace. */
  private boolean ownPace;

  /** Whether what was read in this turn had whole parts of requests. */
  private boolean gotParts;

  private int unanswered;
  private boolean answering;
  private boolean refused;
  private long deadlineMillis;

  Http1Guard(Connections connections) {
    this.connections = connections;
    this.deadlineMillis = TurnBudget.nowMillis() + connections.headMillis();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    this.context = context;
  }

  /** Leaves the pace of this request and its answer to whoever reads and writes them. */
  void leavePace() {
    ownPace = true;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    gotParts = true;
    if (refused) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof HttpRequest request) {
      begin(request);
    }
    if (message instanceof HttpContent content) {
      if (content.decoderResult().isFailure() && !(message instanceof HttpRequest)) {
        ReferenceCountUtil.release(message);
        refuse(context, NOT_HTTP);
        return;
      }
      deadlineMillis += content.content().readableBytes();
      if (inBody && message instanceof LastHttpContent) {
        inBody = false;
        rest();
      }
    }
    context.fireChannelRead(message);
  }

  private void begin(HttpRequest request) {
    inHead = false;
    inBody = true;
    ownPace = false;
    unanswered++;
    deadlineMillis = TurnBudget.nowMillis() + connections.bodyMillis();
    HttpVersionCheck.checkVersion(request);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    heard = true;
    if (!gotParts && !inHead && !inBody && unanswered == 0) {
      inHead = true;
      deadlineMillis = TurnBudget.nowMillis() + connections.headMillis();
    }
    gotParts = false;
    context.fireChannelReadComplete();
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (refused) {
      ReferenceCountUtil.release(message);
      promise.tryFailure(new ClosedChannelException());
      return;
    }
    if (message instanceof HttpResponse response) {
      answering = !response.status().codeClass().equals(HttpStatusClass.INFORMATIONAL);
    }
    if (answering && message instanceof LastHttpContent) {
      answering = false;
      ownPace = false;
      unanswered--;
      deadlineMillis = TurnBudget.nowMillis() + connections.bodyMillis();
      rest();
    }
    var unused = context.write(message, promise);
  }

  /** Waits for the next request, if the last one was read to its end and answered, in any order. */
  private void rest() {
    if (!inBody && unanswered == 0) {
      deadlineMillis = TurnBudget.nowMillis() + connections.idleMillis();
    }
  }

  /** Ends the connection if it is its client that is late. */
  void look(long nowMillis) {
    if (context == null) {
      return;
    }
    long stuckMillis = unread.stuckMillis(context.channel(), nowMillis);
    if (refused) {
      close(context);
    } else if (!ownPace && stuckMillis >= connections.idleMillis()) {
      connections.limited(Limit.UNREAD);
      close(context);
    } else if (nowMillis >= deadlineMillis && isClientsTurn()) {
      expire(context);
    }
  }

  private boolean isClientsTurn() {
    return !answering && (unanswered == 0 || (unanswered == 1 && inBody)) && !ownPace;
  }

  private void expire(ChannelHandlerContext context) {
    connections.limited(inBody ? Limit.BODY : inHead ? Limit.HEAD : Limit.IDLE);
    if (inBody && unanswered == 1) {
      refuse(context, BODY_LATE);
    } else if (inHead && heard) {
      refuse(context, HEAD_LATE);
    } else {
      close(context);
    }
  }

  /**
   * Answers in place of Vert.x, if it has not begun to, nor has answered before it had read all.
   * The connection is closed a moment later.
   */
  private void refuse(ChannelHandlerContext context, Refusal refusal) {
    refused = true;
    if (answering || unanswered > 1) {
      close(context);
      return;
    }
    if (inBody && unanswered == 0) {
      return;
    }
    var unused = context.writeAndFlush(connections.answer(refusal).http1());
  }

  private static void close(ChannelHandlerContext context) {
    context.channel().unsafe().close(context.voidPromise());
  }

  /**
   * A broken connection just ends. Vert.x would tell the request that it reads, and fails where
   * that one still waits for the answer to another.
   */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      close(context);
    } else {
      context.fireExceptionCaught(cause);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    connections.remove(this);
  }
}
