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
import dev.outpour.update.Refusal;
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
import java.util.concurrent.TimeUnit;

/**
 * The connections of one event loop: lets them in, and comes by those that are no streams, every
 * second, to see whether their clients are in time. For use on that loop only.
 */
public final class Connections {

  private static final long TICK_MILLIS = 1_000;

  /** What Vert.x calls that which looks for a change to HTTP/2 in the first request. */
  private static final String UPGRADE = "h2c";

  private final Vertx vertx;
  private final LimitSettings settings;
  private final Limits limits;
  private final ClientAddresses addresses;
  private final Metrics metrics;
  private final DateHeader today = new DateHeader(System::currentTimeMillis);
  private final List<Http1Guard> guards = new ArrayList<>();
  private final HttpServerOptions decoding;
  private final Set<Http2Guard> shared = new HashSet<>();
  private final ChannelFutureListener onClose;
  private final long timer;

  public Connections(Vertx vertx, LimitSettings settings, ClientLimits limits) {
    this.vertx = vertx;
    this.settings = settings;
    this.limits = limits.limits();
    this.addresses = limits.addresses();
    this.metrics = limits.metrics();
    this.decoding = limitHeads(new HttpServerOptions());
    this.onClose = closed -> this.limits.closed();
    this.timer = vertx.setPeriodic(TICK_MILLIS, tick -> look());
  }

  /** Has heads be no longer than is allowed. */
  HttpServerOptions limitHeads(HttpServerOptions options) {
    int headerBytes = settings.headerKilobytes() * 1024;
    options.getInitialSettings().setMaxHeaderListSize(headerBytes);
    return options
        .setMaxInitialLineLength(settings.lineKilobytes() * 1024)
        .setMaxHeaderSize(headerBytes);
  }

  /** A server that does not listen yet, whose connections are let in here. */
  public HttpServer server(HttpServerOptions options) {
    return vertx.createHttpServer(limitHeads(options)).connectionHandler(this::add);
  }

  /** Comes by no more. */
  public void close() {
    vertx.cancelTimer(timer);
  }

  /** Lets a new connection in, if there is room. */
  void add(HttpConnection connection) {
    Channel channel = Sockets.of(connection);
    limits.opened();
    Permit permit = limits.byAddress().acquire(addresses.of(channel));
    if (permit == null) {
      channel.closeFuture().addListener(onClose);
      limits.log().add(Limit.ADDRESS, limits.byAddress().max(), ClientAddresses.shown(channel));
      turnAway(channel, Limit.ADDRESS);
      return;
    }
    channel.closeFuture().addListener(permit == Permit.FREE ? onClose : closed -> release(permit));
    if (limits.isFull()) {
      limits.log().add(Limit.CONNECTIONS, limits.maxConnections(), ClientAddresses.shown(channel));
      turnAway(channel, Limit.CONNECTIONS);
    } else {
      guard(connection, channel.pipeline());
    }
  }

  private void turnAway(Channel channel, Limit limit) {
    metrics.limited(limit);
    Sockets.reset(channel);
  }

  private void release(Permit permit) {
    permit.release();
    limits.closed();
  }

  private void guard(HttpConnection connection, ChannelPipeline pipeline) {
    // What is wrong with a connection is its client's doing, and told to it alone.
    connection.exceptionHandler(wrong -> {});
    Http2ConnectionHandler http2 = pipeline.get(Http2ConnectionHandler.class);
    if (http2 != null) {
      Sockets.limitUnsent(pipeline.channel());
      Http2Guard guard = new Http2Guard(this, http2);
      shared.add(guard);
      pipeline.addBefore(HeapBodyCopier.HANDLER, Http2Guard.NAME, guard);
      return;
    }
    if (pipeline.get(HeapBodyCopier.HANDLER) == null) {
      return;
    }
    Http1Guard guard = new Http1Guard(this);
    guard.place = guards.size();
    guards.add(guard);
    if (pipeline.get(UPGRADE) == null) {
      // Where HTTP/2 could have been spoken, the first request has left its decoder by now.
      pipeline.replace(StrictDecoder.NAME, StrictDecoder.NAME, new StrictDecoder(decoding));
    }
    pipeline.addBefore(HeapBodyCopier.HANDLER, Http1Guard.NAME, guard);
    pipeline.addBefore(HeapBodyCopier.HANDLER, HeapBodyCopier.NAME, HeapBodyCopier.INSTANCE);
  }

  /** How many it comes by. */
  int size() {
    return guards.size() + shared.size();
  }

  /** Forgets a connection that has ended, or has become a stream. */
  void remove(Http1Guard guard) {
    Http1Guard last = guards.remove(guards.size() - 1);
    if (last != guard) {
      last.place = guard.place;
      guards.set(guard.place, last);
    }
  }

  void remove(Http2Guard guard) {
    shared.remove(guard);
  }

  private void look() {
    long now = TurnBudget.nowMillis();
    // From the last one on: whoever leaves is replaced by one that was looked at already.
    for (int i = guards.size() - 1; i >= 0; i--) {
      guards.get(i).look(now);
    }
    List.copyOf(shared).forEach(guard -> guard.look(now));
    limits.publishes().prune();
    limits.memory().look();
  }

  /** Leaves the pace of a request and its answer to whoever reads and writes them. */
  public static void leavePace(HttpServerRequest request) {
    ChannelPipeline pipeline = Sockets.of(request).pipeline();
    if (pipeline.get(Http2Guard.NAME) instanceof Http2Guard guard) {
      guard.leavePace(request.response().streamId());
    } else if (pipeline.get(Http1Guard.NAME) instanceof Http1Guard guard) {
      guard.leavePace();
    }
  }

  /** Leaves the pace of a request's body to whoever reads it. */
  public static void leaveBodyPace(HttpServerRequest request) {
    ChannelPipeline pipeline = Sockets.of(request).pipeline();
    if (pipeline.get(Http2Guard.NAME) instanceof Http2Guard guard) {
      guard.leaveBodyPace(request.response().streamId());
    } else if (pipeline.get(Http1Guard.NAME) instanceof Http1Guard guard) {
      guard.leavePace();
    }
  }

  public long headMillis() {
    return TimeUnit.SECONDS.toMillis(settings.headSeconds());
  }

  long bodyMillis() {
    return TimeUnit.SECONDS.toMillis(settings.bodySeconds());
  }

  long idleMillis() {
    return TimeUnit.SECONDS.toMillis(settings.idleSeconds());
  }

  /** Counts what went over a limit. */
  void limited(Limit limit) {
    metrics.limited(limit);
  }

  /** What a guard answers in place of Vert.x, which is counted as refusals are. */
  GuardResponse answer(Refusal refusal) {
    metrics.refused(refusal.status());
    return new GuardResponse(refusal, today);
  }
}
