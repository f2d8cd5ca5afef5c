package dev.outpour.http;

import dev.outpour.auth.AuthSettings;
import dev.outpour.auth.Authority;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The servers of one event loop, and the order in which they and what they serve stop. */
final class Listener {

  private static final Logger log = LoggerFactory.getLogger(Listener.class);

  /** What a connection may take to end after its streams have. */
  private static final int GRACE_SECONDS = 12;

  private final Vertx vertx;
  private final HttpSettings settings;
  private final Serving serving;
  private final Servers servers;
  private final Connections connections;
  private final long looks;
  private final HealthFile healthFile;
  private @Nullable PemKeyCertOptions certificate;

  private Listener(
      Vertx vertx,
      HttpSettings settings,
      Optional<Certificates> certificates,
      Serving serving,
      Connections connections,
      HealthFile healthFile,
      Servers servers) {
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
  static Future<Listener> start(
      Vertx vertx,
      HttpSettings settings,
      LimitSettings limiting,
      AuthSettings auth,
      Authority authority,
      Optional<Certificates> certificates) {
    Parts parts = Parts.of(vertx, settings, limiting, auth, authority);
    Connections connections =
        new Connections(vertx, limiting, parts.limits(), parts.clients(), parts.metrics());
    Mishaps mishaps = new Mishaps("Serving");
    vertx.getOrCreateContext().exceptionHandler(failure -> unhandled(mishaps, failure));
    AccessLog visits = parts.visits();
    HttpServerOptions options = options(settings, certificates, connections.headMillis());
    Servers servers =
        new Servers(
            settings,
            () ->
                server(vertx, connections, options)
                    .requestHandler(visits.watch(parts.front()))
                    .invalidRequestHandler(visits.watch(new Malformed(parts.problem()))));
    return Serving.begin(vertx, parts, settings.drainSeconds())
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
                            WriterTrial.start(vertx, connections, writesDirectly(settings)))
                    .map(
                        works -> {
                          if (works) {
                            parts.writers().writeDirectly();
                          }
                          HealthFile healthFile =
                              HealthFile.begin(
                                  vertx, settings.healthFile(), parts.health()::trouble);
                          return new Listener(
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
  private static void unhandled(Mishaps mishaps, Throwable failure) {
    if (failure instanceof ClosedChannelException) {
      log.debug("A client has left before it had its answer", failure);
    } else {
      mishaps.add("nobody waited for it", failure);
    }
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
