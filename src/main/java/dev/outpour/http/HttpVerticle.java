package dev.outpour.http;

import dev.outpour.api.PublicApi;
import dev.outpour.auth.AuthSettings;
import dev.outpour.auth.Authenticator;
import dev.outpour.http.HttpSettings.Service;
import dev.outpour.http.connection.Certificates;
import dev.outpour.http.connection.TlsSettings;
import dev.outpour.http.limit.LimitSettings;
import dev.outpour.http.limit.MemoryOutage;
import dev.outpour.log.LocalLog;
import dev.outpour.loop.EventLoops;
import dev.outpour.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.net.InetAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of the hub on one event loop: {@code GET /events}, {@code POST /update}, pages,
 * health and metrics, as configured.
 *
 * <p>It reads the sections {@code http}, {@code auth} and {@code limits} of its configuration.
 * Several instances share a port, each with its own subscribers. With an instance on every event
 * loop, the one on the loop of the log's owner does not serve. It has started when it listens,
 * whether or not the log is available yet. The local map {@value #SHARED} has the port under
 * {@value #PORT}.
 */
@PublicApi
public final class HttpVerticle extends VerticleBase {

  /** The name of the local map of Vert.x with facts about the running hub. */
  public static final String SHARED = "outpour";

  /** The key of the actual port, also if port 0 is configured. */
  public static final String PORT = "http.port";

  /**
   * The event-bus address to which this process sends a message, to itself alone, when memory has
   * been short for {@code limits.memoryExitSeconds}.
   */
  public static final String OUT_OF_MEMORY = MemoryOutage.ADDRESS;

  private static final Logger log = LoggerFactory.getLogger(HttpVerticle.class);

  private Future<HttpListener> listener = Future.failedFuture("Not started");

  @Override
  public Future<?> start() {
    Settings settings = Settings.of(config());
    HttpSettings http = HttpSettings.from(settings.section("http"));
    AuthSettings auth = AuthSettings.from(settings.section("auth"));
    http.checkExposure(settings, auth);
    LimitSettings limits = LimitSettings.from(settings.section("limits"));
    settings.check();
    if (LocalLog.of(vertx).isOnOwnersLoop() && isOnEveryLoop()) {
      return Future.succeededFuture();
    }
    listener =
        Authenticator.start(vertx, auth, Clock.systemUTC())
            .compose(
                authenticator ->
                    certificates(http.tls())
                        .compose(
                            certificates ->
                                HttpListener.start(
                                    vertx, http, limits, auth, authenticator, certificates)));
    return listener.onSuccess(
        listening -> {
          vertx.sharedData().<String, Integer>getLocalMap(SHARED).put(PORT, listening.port());
          warn(http, auth);
        });
  }

  /** Warns once of settings that admit more clients than usually intended. */
  private void warn(HttpSettings http, AuthSettings auth) {
    // A proxy in front may terminate TLS.
    if (auth.hasKeys() && !http.loopback() && !http.tls().isOn() && isFirst("tls")) {
      warnOfClearText(http.host());
    }
    // With TLS, a page under another name would need a certificate.
    if (http.anyName()
        && http.serves(Service.UPDATE)
        && !auth.withoutToken().publish().isEmpty()
        && !http.tls().isOn()
        && isFirst("hosts")) {
      log.warn(
          "Anyone may publish here under any host name, so pages of other sites can do so, too, from"
              + " the browser of anyone who can reach this hub: list the names that clients use,"
              + " such as \"http\": {\"hosts\": [\"push.example\"]}");
    }
  }

  /** The configured name may resolve to the loopback. */
  private void warnOfClearText(List<String> hosts) {
    vertx
        .executeBlocking(
            () -> {
              List<String> open = new ArrayList<>();
              for (String host : hosts) {
                if (!InetAddress.getByName(host).isLoopbackAddress()) {
                  open.add(host);
                }
              }
              return open;
            })
        .onSuccess(
            open -> {
              if (!open.isEmpty()) {
                log.warn(
                    "{} can be reached from other machines without TLS, so tokens can be read in"
                        + " transit: set http.tlsCertificate, or terminate TLS in a proxy in front"
                        + " of it",
                    String.join(", ", open));
              }
            });
  }

  private boolean isFirst(String warning) {
    return vertx.sharedData().getLocalMap("outpour.warned").putIfAbsent(warning, true) == null;
  }

  private Future<Optional<Certificates>> certificates(TlsSettings tls) {
    return tls.isOn()
        ? Certificates.of(vertx, tls).map(Optional::of)
        : Future.succeededFuture(Optional.empty());
  }

  /** Then the other instances serve, and this loop is free to commit. */
  private boolean isOnEveryLoop() {
    int count = EventLoops.count(vertx);
    return count > 1 && context.getInstanceCount() >= count;
  }

  @Override
  public Future<?> stop() {
    return listener.compose(HttpListener::stop).otherwiseEmpty();
  }
}
