package dev.outpour.cluster;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.logging.ByteBufFormat;
import io.netty.util.AttributeKey;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.impl.transports.TransportInternal;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.transport.Transport;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A transport that puts a {@link BusWatch} on each connection of the event bus. The bus opens its
 * server and its client itself, before any verticle is deployed, so the transport is the only way
 * to reach these connections.
 *
 * <p>The bus opens the first server of its Vert.x. Its client carries a mark in its options.
 */
final class BusTransport {

  /** The format of a log that is switched off. It has no effect, and nothing else sets it. */
  private static final ByteBufFormat MARK = ByteBufFormat.SIMPLE;

  private static final AttributeKey<Boolean> IS_BUS = AttributeKey.valueOf("outpour.bus");

  private final io.vertx.core.spi.transport.Transport transport;
  private final AtomicBoolean isBusNext = new AtomicBoolean(true);
  private final EventBusFailures failures = new EventBusFailures(System::nanoTime);

  private BusTransport(io.vertx.core.spi.transport.Transport transport) {
    this.transport = transport;
  }

  /** Marks the options of an event bus, so that {@link #watching} recognizes its client. */
  static void mark(EventBusOptions options) {
    options.setActivityLogDataFormat(MARK);
  }

  /** Wraps a transport for one Vert.x. */
  static Transport watching(Transport transport) {
    BusTransport watched = new BusTransport(transport.implementation());
    Class<?> spi = io.vertx.core.spi.transport.Transport.class;
    Object proxy =
        Proxy.newProxyInstance(
            spi.getClassLoader(),
            new Class<?>[] {spi},
            (self, method, args) -> watched.call(method, args));
    return new TransportInternal(
        transport.name(), true, null, (io.vertx.core.spi.transport.Transport) proxy);
  }

  private @Nullable Object call(Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    try {
      Object result = method.invoke(transport, args);
      if (args == null) {
        return result;
      }
      if (args.length == 3
          && args[0] instanceof NetServerOptions
          && args[2] instanceof ServerBootstrap server
          && isBusNext.compareAndSet(true, false)) {
        watch(server);
      } else if (args.length == 4
          && args[0] instanceof ClientOptionsBase options
          && options.getActivityLogDataFormat() == MARK
          && args[3] instanceof Bootstrap client) {
        client.attr(IS_BUS, true);
      } else if (method.getName().equals("channelFactory")
          && result instanceof ChannelFactory<?> factory) {
        return watching(factory);
      }
      return result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private void watch(ServerBootstrap server) {
    ChannelHandler vertx = server.config().childHandler();
    server.childHandler(
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            channel.pipeline().addLast(BusWatch.incoming(failures), vertx);
          }
        });
  }

  /** Vert.x sets the handler of a client later, and would replace one that is set here. */
  private ChannelFactory<Channel> watching(ChannelFactory<?> factory) {
    return () -> {
      Channel channel = factory.newChannel();
      channel
          .pipeline()
          .addLast(
              new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel registered) {
                  if (registered.hasAttr(IS_BUS)) {
                    registered.pipeline().addFirst(BusWatch.outgoing(failures));
                  }
                }
              });
      return channel;
    };
  }
}
