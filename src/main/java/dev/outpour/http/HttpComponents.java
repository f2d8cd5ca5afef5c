package dev.outpour.http;

import dev.outpour.auth.AuthSettings;
import dev.outpour.auth.Authority;
import dev.outpour.broadcast.GroupQueue;
import dev.outpour.broadcast.LocalLog;
import dev.outpour.broadcast.LogMessage.LogDescription;
import dev.outpour.broadcast.RevocationExchange;
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
record Parts(
    LocalLog log,
    PrometheusMetrics metrics,
    StreamWriters writers,
    Audience audience,
    GroupQueue queue,
    Problem problem,
    Limits limits,
    Clients clients,
    AccessLog visits,
    Authority authority,
    Node node,
    SubscribeHandler subscribe,
    PublishHandler publish,
    Health health,
    Router router,
    Front front) {

  private static final long MOST_WAITING_BYTES = 32L << 20;

  /** Those of the event loop of the caller. */
  static Parts of(
      Vertx vertx,
      HttpSettings settings,
      LimitSettings limiting,
      AuthSettings auth,
      Authority authority) {
    LocalLog log = LocalLog.of(vertx);
    log.limitPages(Math.min((long) settings.pageCacheMegabytes() << 20, mostCacheBytes()));
    log.follow();

    PrometheusMetrics metrics = PrometheusMetrics.of(vertx);
    metrics.reasonsOfClosing(CloseReason.words());
    long stallMillis = TimeUnit.SECONDS.toMillis(settings.stallSeconds());
    StreamWriters writers = new StreamWriters(Backlog.of(vertx));
    Audience audience = new Audience(vertx, log, metrics, writers.backlog(), stallMillis);
    GroupQueue queue =
        new GroupQueue(
            log::append,
            MOST_WAITING_BYTES,
            Budget::nowMillis,
            log::appendedBy,
            task -> vertx.runOnContext(turn -> task.run()));
    Node node = Node.of(vertx);
    Today today = new Today(System::currentTimeMillis);
    Problem problem = new Problem(vertx, metrics, today);
    Gate gate = new Gate(settings, RefusedOrigins.of(vertx));
    Limits limits = Limits.of(vertx, limiting);
    Clients clients = new Clients(limiting);
    AccessLog visits = new AccessLog(settings.accessLog(), clients);
    Access access = new Access(authority, auth.cookie(), visits);
    SubscribeHandler subscribe =
        new SubscribeHandler(
            access,
            TimeUnit.SECONDS.toMillis(auth.graceSeconds()),
            settings.serves(HttpSettings.Service.CONSOLE),
            settings.presence(),
            node,
            NodeStatus.of(vertx),
            Presence.of(vertx),
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
    WhoHandler who =
        new WhoHandler(Nodes.of(vertx), new NewestOfTopics(log), gate, access, problem);
    Health health = new Health(vertx, log, subscribe::isDraining, limits.memory(), problem);
    Router router = routes.router(subscribe, publish, revoke, who, log, health, metrics);
    Front front = new Front(settings, gate, problem, today, subscribe, publish, router);
    return new Parts(
        log, metrics, writers, audience, queue, problem, limits, clients, visits, authority, node,
        subscribe, publish, health, router, front);
  }

  /** A quarter of the heap: pages take about twice in it what their bytes are. */
  private static long mostCacheBytes() {
    return Runtime.getRuntime().maxMemory() / 4;
  }
}
