package dev.outpour.http;

import dev.outpour.auth.AuthSettings;
import dev.outpour.auth.Authenticator;
import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.http.delivery.Subscribers;
import dev.outpour.http.health.HealthHandler;
import dev.outpour.http.limit.ClientAddresses;
import dev.outpour.http.limit.ClientLimits;
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
import dev.outpour.http.request.RequestChecks;
import dev.outpour.http.response.DateHeader;
import dev.outpour.http.stream.PendingWrites;
import dev.outpour.http.stream.StreamWriters;
import dev.outpour.http.subscribe.StreamOpener;
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
 * Everything that answers requests on one event loop, wired together. It does not know who owns the
 * connections.
 *
 * @param dispatcher the entry point of all requests
 */
record HttpComponents(
    RequestChecks checks,
    ClientLimits limits,
    Subscribers subscribers,
    StreamWriters writers,
    RequestHandlers handlers,
    RequestDispatcher dispatcher) {

  private static final long MAX_WAITING_BYTES = 32L << 20;

  /** Makes the components of the caller's event loop. */
  static HttpComponents of(
      Vertx vertx,
      HttpSettings settings,
      LimitSettings limitSettings,
      AuthSettings auth,
      Authenticator authenticator) {
    LocalLog log = LocalLog.of(vertx);
    log.limitPages(Math.min((long) settings.pageCacheMegabytes() << 20, maxCacheBytes()));
    log.follow();

    DateHeader date = new DateHeader(System::currentTimeMillis);
    ClientLimits limits = limits(vertx, limitSettings);
    RequestChecks checks = checks(vertx, settings, auth, authenticator, limits, date);
    StreamWriters writers = new StreamWriters(PendingWrites.of(vertx));
    Subscribers subscribers =
        new Subscribers(
            vertx,
            log,
            limits.metrics(),
            writers.backlog(),
            TimeUnit.SECONDS.toMillis(settings.stallSeconds()));
    SubscribeHandler subscribe =
        new SubscribeHandler(
            checks,
            limits,
            systemTopics(vertx, settings, checks.authenticator()),
            new StreamOpener(
                subscribers,
                writers,
                LocalNode.of(vertx)::nextNumber,
                TimeUnit.SECONDS.toMillis(auth.graceSeconds())));
    RequestHandlers handlers =
        new RequestHandlers(
            subscribe,
            publish(vertx, settings, checks, limits, log),
            new RevokeHandler(
                checks,
                authenticator,
                RevocationExchange.of(vertx, authenticator),
                limits.limits().memory()),
            new SubscribersHandler(ClusterNodes.of(vertx), new LatestPositions(log), checks),
            new HealthHandler(
                vertx, log, subscribe::isDraining, limits.limits().memory(), checks.problems()));
    Router router = new Routes(vertx, settings, checks.problems()).router(handlers);
    RequestDispatcher dispatcher = new RequestDispatcher(settings, checks, date, handlers, router);
    return new HttpComponents(checks, limits, subscribers, writers, handlers, dispatcher);
  }

  private static ClientLimits limits(Vertx vertx, LimitSettings settings) {
    PrometheusMetrics metrics = PrometheusMetrics.of(vertx);
    metrics.reasonsOfClosing(CloseReason.words());
    return new ClientLimits(
        Limits.of(vertx, settings),
        new ClientAddresses(settings.proxies(), settings.loopback()),
        metrics);
  }

  private static RequestChecks checks(
      Vertx vertx,
      HttpSettings settings,
      AuthSettings auth,
      Authenticator authenticator,
      ClientLimits limits,
      DateHeader date) {
    AccessLog accessLog = new AccessLog(settings.accessLog(), limits.addresses());
    return new RequestChecks(
        new OriginPolicy(
            settings.anyName(),
            settings.hosts(),
            new AllowedOrigins(settings.origins()),
            RefusedOrigins.of(vertx)),
        new RequestAuthenticator(authenticator, auth.cookie(), accessLog),
        accessLog,
        new ProblemResponse(vertx, limits.metrics(), date));
  }

  private static SystemTopics systemTopics(
      Vertx vertx, HttpSettings settings, RequestAuthenticator authenticator) {
    return new SystemTopics(
        authenticator,
        settings.serves(HttpSettings.Service.CONSOLE),
        settings.presence(),
        StatusPublisher.of(vertx)::watched,
        PresencePublisher.of(vertx)::watch);
  }

  private static PublishHandler publish(
      Vertx vertx, HttpSettings settings, RequestChecks checks, ClientLimits limits, LocalLog log) {
    PublishQueue queue =
        new PublishQueue(
            log::append,
            MAX_WAITING_BYTES,
            TurnBudget::nowMillis,
            log::appendedBy,
            task -> vertx.runOnContext(turn -> task.run()));
    return new PublishHandler(
        vertx,
        queue,
        checks,
        limits,
        () -> Optional.ofNullable(log.description()).map(LogDescription::defaultTopic),
        settings.maxUpdateKilobytes() * 1024);
  }

  /** A quarter of the heap: in memory, pages take about twice as much as their bytes. */
  private static long maxCacheBytes() {
    return Runtime.getRuntime().maxMemory() / 4;
  }
}
