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
 * Watches one connection of the event bus, and reports why it fails: the connect, the handshake, or
 * the certificate that the peer rejects. Vert.x logs none of this.
 *
 * <p>With TLS 1.3, the client finishes its handshake before the server checks the certificate of
 * the client. The rejection arrives milliseconds later, as an alert or as the end of the
 * connection.
 *
 * <p>Confined to the event loop of the connection.
 */
final class BusWatch extends ChannelDuplexHandler {

  /** A peer that closes so soon after the handshake has rejected the certificate. */
  private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final EventBusFailures failures;
  private final boolean outgoing;
  private @Nullable SocketAddress peer;
  private boolean followed;
  private boolean closedHere;
  private boolean reported;
  private boolean received;
  private boolean handshakeDone;
  private long handshakeNanos;

  private BusWatch(EventBusFailures failures, boolean outgoing) {
    this.failures = failures;
    this.outgoing = outgoing;
  }

  /** Watches a connection that this node makes. It is the first handler in the pipeline. */
  static BusWatch outgoing(EventBusFailures failures) {
    return new BusWatch(failures, true);
  }

  /** Watches a connection that another node makes. It is the first handler in the pipeline. */
  static BusWatch incoming(EventBusFailures failures) {
    return new BusWatch(failures, false);
  }

  @Override
  public void connect(
      ChannelHandlerContext context,
      SocketAddress remote,
      SocketAddress local,
      ChannelPromise promise) {
    peer = remote;
    context
        .connect(remote, local, promise)
        .addListener(
            connected -> {
              if (!connected.isSuccess() && !connected.isCancelled()) {
                report(connected.cause());
              }
            });
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (peer == null) {
      peer = context.channel().remoteAddress();
    }
    follow(context.channel());
    context.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    follow(context.channel());
    context.fireChannelRead(message);
  }

  /** Vert.x adds the TLS handler only after the connect. */
  private void follow(Channel channel) {
    if (!followed) {
      ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
      if (tls != null) {
        followed = true;
        channel.pipeline().addAfter(tls.name(), null, new BehindTls());
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
      reportIfSoon();
    }
    context.fireChannelInactive();
  }

  private void reportIfSoon() {
    if (outgoing && handshakeDone && !received && System.nanoTime() - handshakeNanos < SOON_NANOS) {
      report(
          new SSLException(
              "the peer closed it right after the handshake; does it reject this node's certificate?"));
    }
  }

  private void report(Throwable failure) {
    if (reported) {
      return;
    }
    reported = true;
    if (outgoing) {
      failures.outgoing(peer, failure);
    } else {
      failures.incoming(peer, failure);
    }
  }

  /** Observes the events and messages behind the TLS handler. */
  private final class BehindTls extends ChannelInboundHandlerAdapter {

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent end) {
        if (end.isSuccess()) {
          handshakeDone = true;
          handshakeNanos = System.nanoTime();
        } else if (!closedHere) {
          report(end.cause());
        }
      }
      context.fireUserEventTriggered(event);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      received = true;
      context.fireChannelRead(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (cause instanceof SSLException || cause instanceof DecoderException) {
        report(cause);
      } else {
        // A reset connection may lose the alert.
        reportIfSoon();
      }
      context.fireExceptionCaught(cause);
    }
  }
}
