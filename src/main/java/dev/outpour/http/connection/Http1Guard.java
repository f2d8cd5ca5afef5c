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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Guards one HTTP/1 connection, between the codec and Vert.x: closes it if a request arrives too
 * slowly or malformed, or if the client does not read its responses. It is removed with the other
 * handlers when a stream takes over the connection.
 *
 * <p>It has no timer: {@link #check} is called once a second. For use on the connection's event
 * loop only.
 */
public final class Http1Guard extends ChannelDuplexHandler {

  /** Its name in the pipeline, after the codec. */
  public static final String NAME = "guard";

  private static final Refusal NOT_HTTP =
      Refusal.badRequest("Invalid framing of the body: correct its Content-Length or its chunks");
  private static final Refusal HEAD_LATE =
      new Refusal(408, "The head of the request did not arrive in time: send it faster", 0);
  static final Refusal BODY_LATE =
      new Refusal(408, "The body did not arrive in time: send it faster, or in lines", 0);

  private final GuardPolicy policy;
  private final Consumer<Http1Guard> onRemoved;
  private final WriteProgress unread = new WriteProgress();
  private @Nullable ChannelHandlerContext context;

  /** Its index in the list of its owner; maintained by the owner. */
  int place;

  /** Whether the client has sent anything; a client that was silent gets no response. */
  private boolean heard;

  /** Whether a head has begun to arrive, or is awaited on a new connection. */
  private boolean inHead = true;

  private boolean inBody;

  /** Whether the handler of the request checks the pace itself. */
  private boolean ownPace;

  /** Whether this read produced complete parts of requests. */
  private boolean gotParts;

  private int unanswered;
  private boolean answering;
  private boolean refused;
  private long deadlineMillis;

  Http1Guard(GuardPolicy policy, Consumer<Http1Guard> onRemoved) {
    this.policy = policy;
    this.onRemoved = onRemoved;
    this.deadlineMillis = TurnBudget.nowMillis() + policy.headMillis();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    this.context = context;
  }

  /** Stops checking the pace of the current request and its response. */
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
        awaitNext();
      }
    }
    context.fireChannelRead(message);
  }

  private void begin(HttpRequest request) {
    inHead = false;
    inBody = true;
    ownPace = false;
    unanswered++;
    deadlineMillis = TurnBudget.nowMillis() + policy.bodyMillis();
    HttpVersionCheck.checkVersion(request);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    heard = true;
    if (!gotParts && !inHead && !inBody && unanswered == 0) {
      inHead = true;
      deadlineMillis = TurnBudget.nowMillis() + policy.headMillis();
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
      deadlineMillis = TurnBudget.nowMillis() + policy.bodyMillis();
      awaitNext();
    }
    var unused = context.write(message, promise);
  }

  /** Starts the idle timeout if the last request was both read to its end and answered. */
  private void awaitNext() {
    if (!inBody && unanswered == 0) {
      deadlineMillis = TurnBudget.nowMillis() + policy.idleMillis();
    }
  }

  /** Closes the connection if its client is late. */
  void check(long nowMillis) {
    if (context == null) {
      return;
    }
    long stuckMillis = unread.stuckMillis(context.channel(), nowMillis);
    if (refused) {
      close(context);
    } else if (!ownPace && stuckMillis >= policy.idleMillis()) {
      policy.limited(Limit.UNREAD);
      close(context);
    } else if (nowMillis >= deadlineMillis && isWaitingForClient()) {
      expire(context);
    }
  }

  private boolean isWaitingForClient() {
    return !answering && (unanswered == 0 || (unanswered == 1 && inBody)) && !ownPace;
  }

  private void expire(ChannelHandlerContext context) {
    policy.limited(inBody ? Limit.BODY : inHead ? Limit.HEAD : Limit.IDLE);
    if (inBody && unanswered == 1) {
      refuse(context, BODY_LATE);
    } else if (inHead && heard) {
      refuse(context, HEAD_LATE);
    } else {
      close(context);
    }
  }

  /**
   * Answers in place of Vert.x, unless Vert.x has begun to answer or has answered before it read
   * the whole request. The connection is closed at the next check.
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
    var unused = context.writeAndFlush(policy.answer(refusal).http1());
  }

  private static void close(ChannelHandlerContext context) {
    context.channel().unsafe().close(context.voidPromise());
  }

  /**
   * Closes a broken connection. Vert.x would report the error to the current request, and fails if
   * that is a pipelined request that still waits for its turn.
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
    onRemoved.accept(this);
  }
}
