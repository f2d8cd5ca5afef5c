package dev.outpour.http.connection;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.Future;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.spi.tls.DefaultSslContextFactory;
import io.vertx.core.spi.tls.SslContextFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * The JDK's TLS engine, with two additions: it closes a connection whose client negotiated HTTP/2
 * but does not start it, which nothing else notices, and it answers plain HTTP. Immutable.
 */
final class TlsEngine extends JdkSSLEngineOptions {

  private final long beginMillis;

  /**
   * @param beginMillis how long HTTP/2 may take to start
   */
  TlsEngine(long beginMillis) {
    this.beginMillis = beginMillis;
    // A handshake takes a millisecond of CPU, and thousands may come at once.
    setUseWorkerThread(true);
  }

  @Override
  public JdkSSLEngineOptions copy() {
    return this;
  }

  @Override
  public SslContextFactory sslContextFactory() {
    return new DefaultSslContextFactory(SslProvider.JDK, false) {
      @Override
      public SslContext create() throws SSLException {
        return new DelegatingSslContext(super.create()) {
          @Override
          protected SslHandler newHandler(
              ByteBufAllocator allocator,
              String host,
              int port,
              boolean startTls,
              Executor executor) {
            SslHandler handler =
                new SslHandler(newEngine(allocator), startTls, executor) {
                  @Override
                  public void handlerAdded(ChannelHandlerContext context) throws Exception {
                    super.handlerAdded(context);
                    context.pipeline().addBefore(context.name(), null, new PlaintextDetector());
                  }
                };
            initHandler(handler);
            return handler;
          }

          @Override
          protected void initEngine(SSLEngine engine) {}

          @Override
          protected void initHandler(SslHandler handler) {
            handler
                .handshakeFuture()
                .addListener((Future<Channel> done) -> handshakeDone(handler, done));
          }
        };
      }
    };
  }

  private void handshakeDone(SslHandler handler, Future<Channel> done) {
    if (done.isSuccess() && ApplicationProtocolNames.HTTP_2.equals(handler.applicationProtocol())) {
      Channel channel = done.getNow();
      var unused =
          channel
              .eventLoop()
              .schedule(() -> closeIdle(channel), beginMillis, TimeUnit.MILLISECONDS);
    }
  }

  private static void closeIdle(Channel channel) {
    if (channel.isOpen() && channel.pipeline().get(Http2Guard.NAME) == null) {
      channel.unsafe().close(channel.voidPromise());
    }
  }
}
