package dev.outpour.http.connection;

import dev.outpour.http.limit.ClientAddresses;
import dev.outpour.http.limit.ClientLimits;
import dev.outpour.http.limit.ClientQuota.Permit;
import dev.outpour.http.limit.LimitSettings;
import dev.outpour.http.limit.Limits;
import dev.outpour.http.response.DateHeader;
import dev.outpour.http.socket.Sockets;
import dev.outpour.loop.TurnBudget;
import dev.outpour.metrics.Limit;
import dev.outpour.metrics.Metrics;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Tracks the connections of one event loop. Admits new ones and, once a second, closes those whose
 * client exceeded a timeout; event streams are not checked here. For use on that loop only.
 */
public final class Connections {

  private static final long TICK_MILLIS = 1_000;

  /** The name of Vert.x's handler for the h2c upgrade. */
  private static final String UPGRADE = "h2c";

  private final Vertx vertx;
  private final LimitSettings settings;
  private final Limits limits;
  private final ClientAddresses addresses;
  private final Metrics metrics;
  private final GuardPolicy policy;
  private final List<Http1Guard> http1Guards = new ArrayList<>();
  private final HttpServerOptions decoding;
  private final Set<Http2Guard> http2Guards = new HashSet<>();
  private final ChannelFutureListener onClose;
  private final long timer;

  public Connections(Vertx vertx, LimitSettings settings, ClientLimits limits) {
    this.vertx = vertx;
    this.settings = settings;
    this.limits = limits.limits();
    this.addresses = limits.addresses();
    this.metrics = limits.metrics();
    this.policy = new GuardPolicy(settings, metrics, new DateHeader(System::currentTimeMillis));
    this.decoding = limitHeads(new HttpServerOptions());
    this.onClose = closed -> this.limits.closed();
    this.timer = vertx.setPeriodic(TICK_MILLIS, tick -> check());
  }

  /** Sets the limits for the heads of requests. */
  HttpServerOptions limitHeads(HttpServerOptions options) {
    int headerBytes = settings.headerKilobytes() * 1024;
    options.getInitialSettings().setMaxHeaderListSize(headerBytes);
    return options
        .setMaxInitialLineLength(settings.lineKilobytes() * 1024)
        .setMaxHeaderSize(headerBytes);
  }

  /** Makes a server, not listening yet, whose connections are tracked here. */
  public HttpServer server(HttpServerOptions options) {
    return vertx.createHttpServer(limitHeads(options)).connectionHandler(this::add);
  }

  /** Stops checking connections. */
  public void close() {
    vertx.cancelTimer(timer);
  }

  /** Admits a new connection if there is room. */
  void add(HttpConnection connection) {
    Channel channel = Sockets.of(connection);
    limits.opened();
    Permit permit = limits.byAddress().acquire(addresses.of(channel));
    if (permit == null) {
      channel.closeFuture().addListener(onClose);
      limits.log().add(Limit.ADDRESS, limits.byAddress().max(), ClientAddresses.shown(channel));
      reject(channel, Limit.ADDRESS);
      return;
    }
    channel.closeFuture().addListener(permit == Permit.FREE ? onClose : closed -> release(permit));
    if (limits.isFull()) {
      limits.log().add(Limit.CONNECTIONS, limits.maxConnections(), ClientAddresses.shown(channel));
      reject(channel, Limit.CONNECTIONS);
    } else {
      guard(connection, channel.pipeline());
    }
  }

  private void reject(Channel channel, Limit limit) {
    metrics.limited(limit);
    Sockets.reset(channel);
  }

  private void release(Permit permit) {
    permit.release();
    limits.closed();
  }

  private void guard(HttpConnection connection, ChannelPipeline pipeline) {
    // Errors of a connection are its client's fault; only the client is told.
    connection.exceptionHandler(error -> {});
    Http2ConnectionHandler http2 = pipeline.get(Http2ConnectionHandler.class);
    if (http2 != null) {
      Sockets.limitUnsent(pipeline.channel());
      Http2Guard guard = new Http2Guard(policy, http2, http2Guards::remove);
      http2Guards.add(guard);
      pipeline.addBefore(HeapBodyCopier.HANDLER, Http2Guard.NAME, guard);
      return;
    }
    if (pipeline.get(HeapBodyCopier.HANDLER) == null) {
      return;
    }
    Http1Guard guard = new Http1Guard(policy, this::remove);
    guard.place = http1Guards.size();
    http1Guards.add(guard);
    if (pipeline.get(UPGRADE) == null) {
      // With an h2c upgrade handler, the first request has already passed the decoder.
      pipeline.replace(StrictDecoder.NAME, StrictDecoder.NAME, new StrictDecoder(decoding));
    }
    pipeline.addBefore(HeapBodyCopier.HANDLER, Http1Guard.NAME, guard);
    pipeline.addBefore(HeapBodyCopier.HANDLER, HeapBodyCopier.NAME, HeapBodyCopier.INSTANCE);
  }

  /** How many connections are checked. */
  int size() {
    return http1Guards.size() + http2Guards.size();
  }

  /** Forgets a connection that has closed or has become a stream. */
  private void remove(Http1Guard guard) {
    Http1Guard last = http1Guards.remove(http1Guards.size() - 1);
    if (last != guard) {
      last.place = guard.place;
      http1Guards.set(guard.place, last);
    }
  }

  private void check() {
    long now = TurnBudget.nowMillis();
    // Backwards: a guard that leaves is replaced by one that was checked already.
    for (int i = http1Guards.size() - 1; i >= 0; i--) {
      http1Guards.get(i).check(now);
    }
    List.copyOf(http2Guards).forEach(guard -> guard.check(now));
    limits.publishes().prune();
    limits.memory().look();
  }

  /** Stops checking the pace of a request and its response: their handler does so itself. */
  public static void leavePace(HttpServerRequest request) {
    ChannelPipeline pipeline = Sockets.of(request).pipeline();
    if (pipeline.get(Http2Guard.NAME) instanceof Http2Guard guard) {
      guard.leavePace(request.response().streamId());
    } else if (pipeline.get(Http1Guard.NAME) instanceof Http1Guard guard) {
      guard.leavePace();
    }
  }

  /** Stops checking the pace of a request body: its reader does so itself. */
  public static void leaveBodyPace(HttpServerRequest request) {
    ChannelPipeline pipeline = Sockets.of(request).pipeline();
    if (pipeline.get(Http2Guard.NAME) instanceof Http2Guard guard) {
      guard.leaveBodyPace(request.response().streamId());
    } else if (pipeline.get(Http1Guard.NAME) instanceof Http1Guard guard) {
      guard.leavePace();
    }
  }

  /** How long the head of a request may take to arrive. */
  public long headMillis() {
    return policy.headMillis();
  }
}
