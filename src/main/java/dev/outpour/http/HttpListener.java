package dev.outpour.http;

import dev.outpour.auth.AuthSettings;
import dev.outpour.auth.Authenticator;
import dev.outpour.http.connection.Certificates;
import dev.outpour.http.connection.Connections;
import dev.outpour.http.connection.ServerOptions;
import dev.outpour.http.delivery.Heartbeats;
import dev.outpour.http.health.HealthFile;
import dev.outpour.http.limit.LimitSettings;
import dev.outpour.http.request.AccessLog;
import dev.outpour.http.request.InvalidRequestHandler;
import dev.outpour.http.stream.SocketWriterProbe;
import dev.outpour.logging.FailureLog;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The servers of one event loop, and the order in which they and what they serve stop. */
public final class HttpListener {

  private static final Logger log = LoggerFactory.getLogger(HttpListener.class);

  /** What a connection may take to end after its streams have. */
  private static final int GRACE_SECONDS = 12;

  private final Vertx vertx;
  private final HttpSettings settings;
  private final ComponentsLifecycle serving;
  private final HttpServers servers;
  private final Connections connections;
  private final long looks;
  private final HealthFile healthFile;
  private @Nullable PemKeyCertOptions certificate;

  private HttpListener(
      Vertx vertx,
      HttpSettings settings,
      Optional<Certificates> certificates,
      ComponentsLifecycle serving,
      Connections connections,
      HealthFile healthFile,
      HttpServers servers) {
    this.healthFile = healthFile;
    this.vertx = vertx;
    this.settings = settings;
    this.serving = serving;
    this.connections = connections;
    this.servers = servers;
    this.looks =
        vertx.setPeriodic(Heartbeats.TICK_MILLIS, tick -> certificates.ifPresent(this::renew));
  }

  /** Shows new connections the certificate that there is now. */
  private void renew(Certificates all) {
    all.look(vertx);
    PemKeyCertOptions current = all.current();
    if (!current.equals(certificate)) {
      certificate = current;
      all.inTurn(() -> servers.show(ServerOptions.certificate(current, connections.headMillis())))
          .onFailure(
              failure ->
                  log.warn(
                      "The new certificate cannot be used, the one before stays: put another into"
                          + " its files",
                      failure));
    }
  }

  /** Begins to serve on the event loop of the caller. */
  static Future<HttpListener> start(
      Vertx vertx,
      HttpSettings settings,
      LimitSettings limiting,
      AuthSettings auth,
      Authenticator authority,
      Optional<Certificates> certificates) {
    HttpComponents parts = HttpComponents.of(vertx, settings, limiting, auth, authority);
    Connections connections =
        new Connections(vertx, limiting, parts.limits(), parts.clients(), parts.metrics());
    FailureLog mishaps = new FailureLog("Serving");
    vertx.getOrCreateContext().exceptionHandler(failure -> unhandled(mishaps, failure));
    AccessLog visits = parts.visits();
    HttpServerOptions options = options(settings, certificates, connections.headMillis());
    HttpServers servers =
        new HttpServers(
            settings,
            () ->
                connections
                    .server(options)
                    .requestHandler(visits.watch(parts.front()))
                    .invalidRequestHandler(
                        visits.watch(new InvalidRequestHandler(parts.problem()))));
    return ComponentsLifecycle.begin(vertx, parts, settings.drainSeconds())
        .compose(
            serving ->
                servers
                    .listen()
                    .onFailure(
                        failure -> {
                          connections.close();
                          serving.close();
                        })
                    .compose(
                        listening ->
                            SocketWriterProbe.start(vertx, connections, writesDirectly(settings)))
                    .map(
                        works -> {
                          if (works) {
                            parts.writers().writeDirectly();
                          }
                          HealthFile healthFile =
                              HealthFile.begin(
                                  vertx, settings.healthFile(), parts.health()::trouble);
                          return new HttpListener(
                              vertx,
                              settings,
                              certificates,
                              serving,
                              connections,
                              healthFile,
                              servers);
                        }));
  }

  /** Vert.x would write a line for each: also where a client leaves while a file is read for it. */
  private static void unhandled(FailureLog mishaps, Throwable failure) {
    if (failure instanceof ClosedChannelException) {
      log.debug("A client has left before it had its answer", failure);
    } else {
      mishaps.add("nobody waited for it", failure);
    }
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
    return servers.port();
  }

  /**
   * Stops: takes no connections and publishes, has what was taken answered, then ends the streams.
   */
  Future<Void> stop() {
    serving.drain();
    Future<Void> closed = servers.shutdown(settings.drainSeconds() + GRACE_SECONDS);
    return serving
        .end()
        .compose(ended -> closed)
        .onComplete(
            ended -> {
              vertx.cancelTimer(looks);
              healthFile.end();
              connections.close();
            });
  }
}
