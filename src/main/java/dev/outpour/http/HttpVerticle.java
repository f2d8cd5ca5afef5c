package dev.outpour.http;

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
 * Where readers and publishers connect, on one event loop: {@code GET /events}, {@code POST
 * /update}, the pages, health and metrics, whichever the configuration names.
 *
 * <p>It reads the sections {@code http}, {@code auth} and {@code limits} of its configuration.
 * Several instances share a port, each with its own readers; where there is one on every event
 * loop, the one on the loop of the log's owner stands aside. It is ready when it listens, whether
 * or not the log can be reached yet. The port that is listened on stands in the local map {@value
 * #SHARED} under {@value #PORT}.
 */
public final class HttpVerticle extends VerticleBase {

  /** The name of the local map of Vert.x that says what is running. */
  public static final String SHARED = "outpour";

  /** Under which the port is found that is listened on, also where 0 was configured. */
  public static final String PORT = "http.port";

  /**
   * The address of the event bus on which this process is told, by itself, that memory has been
   * short for {@code limits.memoryExitSeconds}.
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
                authority ->
                    certificates(http.tls())
                        .compose(
                            certificates ->
                                HttpListener.start(
                                    vertx, http, limits, auth, authority, certificates)));
    return listener.onSuccess(
        listening -> {
          vertx.sharedData().<String, Integer>getLocalMap(SHARED).put(PORT, listening.port());
          warn(http, auth);
        });
  }

  /** Says once what lets others in who are hardly meant. */
  private void warn(HttpSettings http, AuthSettings auth) {
    // Unless something in front ends TLS.
    if (auth.hasKeys() && !http.loopback() && !http.tls().isOn() && isFirst("tls")) {
      warnOfClearText(http.host());
    }
    // With TLS a page of another name has no certificate to show.
    if (http.anyName()
        && http.serves(Service.UPDATE)
        && !auth.withoutToken().publish().isEmpty()
        && !http.tls().isOn()
        && isFirst("hosts")) {
      log.warn(
          "Strangers may publish here under any name, so a page of another site can do it too, from"
              + " the browser of anyone who reaches this hub: list the names that clients use, such"
              + " as \"http\": {\"hosts\": [\"push.example\"]}");
    }
  }

  /** A name that is listened on may be another one of the loopback. */
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
                    "{} can be reached from other machines without TLS, so tokens can be read on"
                        + " their way: set http.tlsCertificate, or have something in front of it"
                        + " end TLS",
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

  /** Then others serve, and the loop that commits is left to its work. */
  private boolean isOnEveryLoop() {
    int count = EventLoops.count(vertx);
    return count > 1 && context.getInstanceCount() >= count;
  }

  @Override
  public Future<?> stop() {
    return listener.compose(HttpListener::stop).otherwiseEmpty();
  }
}
