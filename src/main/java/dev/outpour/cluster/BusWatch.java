package dev.outpour.cluster;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Watches one connection of the event bus and has told why it fails: that it cannot be made, that
 * the handshake fails, or that the other side refuses what it was shown.
 *
 * <p>With TLS 1.3 the one who connects is through with its handshake before the other side has
 * looked at its certificate, and Vert.x sends at once; the refusal comes milliseconds later, as an
 * alert or as the end of the connection, and Vert.x keeps both to itself. For use on the event loop
 * of the connection.
 */
final class BusWatch extends ChannelDuplexHandler {

  /** Who closes so soon after the handshake, unasked, did not like what it was shown. */
  private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final EventBusFailures trouble;
  private final boolean outgoing;
  private @Nullable SocketAddress other;
  private boolean followed;
  private boolean closedHere;
  private boolean told;
  private boolean heard;
  private boolean shaken;
  private long shakenNanos;

  private BusWatch(EventBusFailures trouble, boolean outgoing) {
    this.trouble = trouble;
    this.outgoing = outgoing;
  }

  /** Of a connection that this node makes; the first in its pipeline. */
  static BusWatch outgoing(EventBusFailures trouble) {
    return new BusWatch(trouble, true);
  }

  /** Of a connection that another node makes; the first in its pipeline. */
  static BusWatch incoming(EventBusFailures trouble) {
    return new BusWatch(trouble, false);
  }

  @Override
  public void connect(
      ChannelHandlerContext context,
      SocketAddress remote,
      SocketAddress local,
      ChannelPromise promise) {
    other = remote;
    context
        .connect(remote, local, promise)
        .addListener(
            connected -> {
              if (!connected.isSuccess() && !connected.isCancelled()) {
                tell(connected.cause());
              }
            });
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (other == null) {
      other = context.channel().remoteAddress();
    }
    follow(context.channel());
    context.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    follow(context.channel());
    context.fireChannelRead(message);
  }

  /** TLS is put into the pipeline only when the connection is there. */
  private void follow(Channel channel) {
    if (!followed) {
      ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
      if (tls != null) {
        followed = true;
        channel.pipeline().addAfter(tls.name(), null, new Behind());
      }
    }
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) throws Exception {
    closedHere = true;
    super.close(context, promise);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!closedHere) {
      tellIfSoon();
    }
    context.fireChannelInactive();
  }

  private void tellIfSoon() {
    if (outgoing && shaken && !heard && System.nanoTime() - shakenNanos < SOON_NANOS) {
      tell(
          new SSLException(
              "it was closed right after the handshake; is this node's certificate refused?"));
    }
  }

  private void tell(Throwable failure) {
    if (told) {
      return;
    }
    told = true;
    if (outgoing) {
      trouble.outgoing(other, failure);
    } else {
      trouble.incoming(other, failure);
    }
  }

  /** What comes out of TLS; it lets everything pass. */
  private final class Behind extends ChannelInboundHandlerAdapter {

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent end) {
        if (end.isSuccess()) {
          shaken = true;
          shakenNanos = System.nanoTime();
        } else if (!closedHere) {
          tell(end.cause());
        }
      }
      context.fireUserEventTriggered(event);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      heard = true;
      context.fireChannelRead(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (cause instanceof SSLException || cause instanceof DecoderException) {
        tell(cause);
      } else {
        // The alert may be lost where a connection is reset.
        tellIfSoon();
      }
      context.fireExceptionCaught(cause);
    }
  }
}
