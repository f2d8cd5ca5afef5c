package dev.outpour.http;

import dev.outpour.auth.AuthSettings;
import dev.outpour.auth.Authority;
import dev.outpour.broadcast.Doorbell;
import dev.outpour.broadcast.GroupQueue;
import dev.outpour.broadcast.LocalLog;
import dev.outpour.broadcast.LogMessage.LogDescription;
import dev.outpour.broadcast.RevocationExchange;
import dev.outpour.metrics.PrometheusMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Router;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of one event loop that serves HTTP, wired together, and the order in which they stop.
 */
final class Listener {

  private static final Logger log = LoggerFactory.getLogger(Listener.class);

  private static final long MOST_WAITING_BYTES = 32L << 20;

  /** What a connection may take to end after its streams have. */
  private static final int GRACE_SECONDS = 12;

  private final Vertx vertx;
  private final HttpSettings settings;
  private final Audience audience;
  private final GroupQueue queue;
  private final SubscribeHandler subscribe;
  private final Doorbell doorbell;
  private final HttpServer server;
  private final Connections connections;
  private final LoopPulse pulse;
  private final Authority authority;
  private final Optional<Certificates> certificates;
  private final long heartbeats;
  private Set<String> revoked;
  private @Nullable PemKeyCertOptions certificate;

  private Listener(
      Vertx vertx,
      HttpSettings settings,
      Authority authority,
      Optional<Certificates> certificates,
      Audience audience,
      GroupQueue queue,
      SubscribeHandler subscribe,
      Doorbell doorbell,
      Connections connections,
      LoopPulse pulse,
      HttpServer server) {
    this.vertx = vertx;
    this.settings = settings;
    this.audience = audience;
    this.queue = queue;
    this.subscribe = subscribe;
    this.doorbell = doorbell;
    this.connections = connections;
    this.pulse = pulse;
    this.server = server;
    this.authority = authority;
    this.certificates = certificates;
    this.revoked = authority.revoked();
    this.heartbeats = vertx.setPeriodic(Heartbeats.TICK_MILLIS, tick -> tick());
  }

  private void tick() {
    pulse.beat();
    audience.tick();
    audience.endExpired(System.currentTimeMillis());
    if (revoked != authority.revoked()) {
      revoked = authority.revoked();
      audience.endRevoked(revoked);
    }
    certificates.ifPresent(this::renew);
  }

  /** Shows new connections the certificate that there is now. */
  private void renew(Certificates all) {
    all.look(vertx);
    PemKeyCertOptions current = all.current();
    if (!current.equals(certificate)) {
      certificate = current;
      all.inTurn(
              () ->
                  server.updateSSLOptions(
                      ServerOptions.certificate(current, connections.headMillis())))
          .onFailure(
              failure ->
                  log.warn(
                      "The new certificate is not shown; it is tried again when its files change",
                      failure));
    }
  }

  /** Begins to serve on the event loop of the caller. */
  static Future<Listener> start(
      Vertx vertx,
      HttpSettings settings,
      LimitSettings limiting,
      AuthSettings auth,
      Authority authority,
      Optional<Certificates> certificates) {
    LocalLog log = LocalLog.of(vertx);
    log.limitPages(Math.min((long) settings.pageCacheMegabytes() << 20, mostCacheBytes()));
    log.follow();

    PrometheusMetrics metrics = PrometheusMetrics.of(vertx);
    metrics.reasonsOfClosing(CloseReason.words());
    long stallMillis = TimeUnit.SECONDS.toMillis(settings.stallSeconds());
    StreamWriters writers = new StreamWriters();
    Audience audience = new Audience(vertx, log, metrics, writers.backlog(), stallMillis);
    GroupQueue queue =
        new GroupQueue(
            log::append,
            MOST_WAITING_BYTES,
            Budget::nowMillis,
            log::appendedBy,
            task -> vertx.runOnContext(turn -> task.run()));
    Node node = Node.of(vertx);
    Problem problem = new Problem(vertx, metrics);
    Gate gate = new Gate(settings);
    Limits limits = Limits.of(vertx, limiting);
    Clients clients = new Clients(limiting);
    Connections connections = new Connections(vertx, limiting, limits, clients, metrics);
    AccessLog visits = new AccessLog(settings.accessLog(), clients);
    // Other names and proxies that are listed are for those who come from elsewhere.
    boolean local =
        settings.loopback() && settings.hosts().isEmpty() && limiting.proxies().isEmpty();
    Access access = new Access(authority, local, auth.cookie(), visits);
    SubscribeHandler subscribe =
        new SubscribeHandler(
            access,
            TimeUnit.SECONDS.toMillis(auth.graceSeconds()),
            settings.serves(HttpSettings.Service.CONSOLE),
            node,
            NodeStatus.of(vertx),
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
    Health health = new Health(vertx, log, subscribe::isDraining, problem);
    Router router = routes.router(subscribe, publish, revoke, who, log, health, metrics);
    Front front = new Front(settings, gate, problem, subscribe, publish, router);

    HttpServer server =
        server(vertx, connections, options(settings, certificates, connections.headMillis()))
            .requestHandler(visits.watch(front))
            .invalidRequestHandler(visits.watch(new Malformed(problem)));
    // Below zero: a free port, one for all instances.
    int port = settings.port() == 0 ? -1 : settings.port();
    return log.onGrowth(audience::grown)
        .compose(
            doorbell -> {
              audience.grown();
              return server
                  .listen(port, settings.host())
                  .onFailure(
                      failure -> {
                        connections.close();
                        doorbell.close();
                      })
                  .compose(
                      listening -> WriterTrial.start(vertx, connections, writesDirectly(settings)))
                  .map(
                      works -> {
                        if (works) {
                          writers.writeDirectly();
                        }
                        node.join(vertx.getOrCreateContext(), audience);
                        return new Listener(
                            vertx,
                            settings,
                            authority,
                            certificates,
                            audience,
                            queue,
                            subscribe,
                            doorbell,
                            connections,
                            LoopPulse.begin(vertx),
                            server);
                      });
            });
  }

  /** A quarter of the heap: pages take about twice in it what their bytes are. */
  private static long mostCacheBytes() {
    return Runtime.getRuntime().maxMemory() / 4;
  }

  /** A server whose connections are handled as those of readers and publishers. */
  static HttpServer server(Vertx vertx, Connections connections, HttpServerOptions options) {
    return vertx
        .createHttpServer(connections.limitHeads(options))
        .connectionHandler(connections::add);
  }

  /** Through TLS nothing goes directly. */
  private static boolean writesDirectly(HttpSettings settings) {
    return settings.directWrites() && !settings.tls().isOn();
  }

  private static HttpServerOptions options(
      HttpSettings settings, Optional<Certificates> certificates, long beginMillis) {
    return certificates
        .map(all -> ServerOptions.tls(all.current(), beginMillis))
        .orElseGet(() -> ServerOptions.plain(settings.clearTextHttp2()));
  }

  int port() {
    return server.actualPort();
  }

  /**
   * Stops: takes no connections and publishes, has what was taken answered, then ends the streams.
   */
  Future<Void> stop() {
    subscribe.drain();
    Future<Void> closed =
        server.shutdown(settings.drainSeconds() + GRACE_SECONDS, TimeUnit.SECONDS);
    return queue
        .close()
        .compose(
            answered ->
                new Drain(vertx, audience, TimeUnit.SECONDS.toMillis(settings.drainSeconds()))
                    .start())
        .compose(
            drained -> {
              vertx.cancelTimer(heartbeats);
              Node.of(vertx).leave(audience);
              pulse.end();
              audience.close();
              return doorbell.close();
            })
        .compose(unheard -> closed)
        .onComplete(ended -> connections.close());
  }
}
