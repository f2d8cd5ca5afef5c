package dev.outpour.http;

import dev.outpour.auth.AuthSettings;
import dev.outpour.auth.Authenticator;
import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.http.delivery.Subscribers;
import dev.outpour.http.health.HealthHandler;
import dev.outpour.http.limit.ClientAddresses;
import dev.outpour.http.limit.LimitSettings;
import dev.outpour.http.limit.Limits;
import dev.outpour.http.operate.ClusterNodes;
import dev.outpour.http.operate.LatestPositions;
import dev.outpour.http.operate.LocalNode;
import dev.outpour.http.operate.PresencePublisher;
import dev.outpour.http.operate.RevocationExchange;
import dev.outpour.http.operate.RevokeHandler;
import dev.outpour.http.operate.StatusPublisher;
import dev.outpour.http.operate.SubscribersHandler;
import dev.outpour.http.publish.PublishHandler;
import dev.outpour.http.request.AccessLog;
import dev.outpour.http.request.AllowedOrigins;
import dev.outpour.http.request.OriginPolicy;
import dev.outpour.http.request.ProblemResponse;
import dev.outpour.http.request.RefusedOrigins;
import dev.outpour.http.request.RequestAuthenticator;
import dev.outpour.http.response.DateHeader;
import dev.outpour.http.stream.PendingWrites;
import dev.outpour.http.stream.StreamWriters;
import dev.outpour.http.subscribe.SubscribeHandler;
import dev.outpour.http.subscribe.SystemTopics;
import dev.outpour.log.LocalLog;
import dev.outpour.log.PublishQueue;
import dev.outpour.loop.TurnBudget;
import dev.outpour.metrics.CloseReason;
import dev.outpour.metrics.PrometheusMetrics;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What answers requests on one event loop, wired together; whose connections they come by is no
 * matter here.
 *
 * @param health how the process is
 * @param front where requests come in
 * @param router what the front does not answer itself
 * @param visits what is told of requests
 */
record HttpComponents(
    LocalLog log,
    PrometheusMetrics metrics,
    StreamWriters writers,
    Subscribers audience,
    PublishQueue queue,
    ProblemResponse problem,
    Limits limits,
    ClientAddresses clients,
    AccessLog visits,
    Authenticator authority,
    LocalNode node,
    SubscribeHandler subscribe,
    PublishHandler publish,
    HealthHandler health,
    Router router,
    RequestDispatcher front) {

  private static final long MOST_WAITING_BYTES = 32L << 20;

  /** Those of the event loop of the caller. */
  static HttpComponents of(
      Vertx vertx,
      HttpSettings settings,
      LimitSettings limiting,
      AuthSettings auth,
      Authenticator authority) {
    LocalLog log = LocalLog.of(vertx);
    log.limitPages(Math.min((long) settings.pageCacheMegabytes() << 20, mostCacheBytes()));
    log.follow();

    PrometheusMetrics metrics = PrometheusMetrics.of(vertx);
    metrics.reasonsOfClosing(CloseReason.words());
    long stallMillis = TimeUnit.SECONDS.toMillis(settings.stallSeconds());
    StreamWriters writers = new StreamWriters(PendingWrites.of(vertx));
    Subscribers audience = new Subscribers(vertx, log, metrics, writers.backlog(), stallMillis);
    PublishQueue queue =
        new PublishQueue(
            log::append,
            MOST_WAITING_BYTES,
            TurnBudget::nowMillis,
            log::appendedBy,
            task -> vertx.runOnContext(turn -> task.run()));
    LocalNode node = LocalNode.of(vertx);
    DateHeader today = new DateHeader(System::currentTimeMillis);
    ProblemResponse problem = new ProblemResponse(vertx, metrics, today);
    OriginPolicy gate =
        new OriginPolicy(
            settings.anyName(),
            settings.hosts(),
            new AllowedOrigins(settings.origins()),
            RefusedOrigins.of(vertx));
    Limits limits = Limits.of(vertx, limiting);
    ClientAddresses clients = new ClientAddresses(limiting);
    AccessLog visits = new AccessLog(settings.accessLog(), clients);
    RequestAuthenticator access = new RequestAuthenticator(authority, auth.cookie(), visits);
    SubscribeHandler subscribe =
        new SubscribeHandler(
            access,
            TimeUnit.SECONDS.toMillis(auth.graceSeconds()),
            node::nextNumber,
            new SystemTopics(
                access,
                settings.serves(HttpSettings.Service.CONSOLE),
                settings.presence(),
                StatusPublisher.of(vertx)::watched,
                PresencePublisher.of(vertx)::watch),
            audience,
            writers,
            limits,
            clients,
            visits,
            problem,
            metrics);
    PublishHandler publish =
        new PublishHandler(
            vertx,
            queue,
            gate,
            limits,
            clients,
            access,
            () -> Optional.ofNullable(log.description()).map(LogDescription::defaultTopic),
            problem,
            metrics,
            settings.maxUpdateKilobytes() * 1024);
    RevokeHandler revoke =
        new RevokeHandler(
            gate,
            access,
            authority,
            RevocationExchange.of(vertx, authority),
            limits.memory(),
            problem);
    Routes routes = new Routes(vertx, settings, problem);
    SubscribersHandler who =
        new SubscribersHandler(
            ClusterNodes.of(vertx), new LatestPositions(log), gate, access, problem);
    HealthHandler health =
        new HealthHandler(vertx, log, subscribe::isDraining, limits.memory(), problem);
    Router router = routes.router(subscribe, publish, revoke, who, log, health, metrics);
    RequestDispatcher front =
        new RequestDispatcher(settings, gate, problem, today, subscribe, publish, router);
    return new HttpComponents(
        log, metrics, writers, audience, queue, problem, limits, clients, visits, authority, node,
        subscribe, publish, health, router, front);
  }

  /** A quarter of the heap: pages take about twice in it what their bytes are. */
  private static long mostCacheBytes() {
    return Runtime.getRuntime().maxMemory() / 4;
  }
}
