package dev.outpour.cluster;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.vertx.core.impl.transports.TransportInternal;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.transport.Transport;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A transport whose first server, in a clustered Vert.x its event bus, has a {@link FrameCheck} on
 * each connection that is made to it. There is no other way to one: the bus opens its server by
 * itself, before any verticle is deployed.
 */
final class BusTransport {

  private final io.vertx.core.spi.transport.Transport transport;
  private final AtomicBoolean isBusNext = new AtomicBoolean(true);
  private final FrameBounds bounds = FrameBounds.ofHeap();

  private BusTransport(io.vertx.core.spi.transport.Transport transport) {
    this.transport = transport;
  }

  /** The transport, for one Vert.x. */
  static Transport checking(Transport transport) {
    BusTransport checked = new BusTransport(transport.implementation());
    Class<?> spi = io.vertx.core.spi.transport.Transport.class;
    Object proxy =
        Proxy.newProxyInstance(
            spi.getClassLoader(),
            new Class<?>[] {spi},
            (self, method, args) -> checked.call(method, args));
    return new TransportInternal(
        transport.name(), true, null, (io.vertx.core.spi.transport.Transport) proxy);
  }

  private @Nullable Object call(Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    try {
      Object result = method.invoke(transport, args);
      if (args != null
          && args.length == 3
          && args[0] instanceof NetServerOptions
          && args[2] instanceof ServerBootstrap server
          && isBusNext.compareAndSet(true, false)) {
        check(server);
      }
      return result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private void check(ServerBootstrap server) {
    ChannelHandler others = server.config().childHandler();
    server.childHandler(
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            channel.pipeline().addLast(new FrameCheck(bounds), others);
          }
        });
  }
}
