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

/** The HTTP servers of one event loop; stops them and what they serve in order. */
public final class HttpListener {

  private static final Logger log = LoggerFactory.getLogger(HttpListener.class);

  /** How long a connection may take to close after its streams have ended. */
  private static final int GRACE_SECONDS = 12;

  private final Vertx vertx;
  private final HttpSettings settings;
  private final ComponentsLifecycle lifecycle;
  private final HttpServers servers;
  private final Connections connections;
  private final HealthFile healthFile;
  private Optional<Long> renewal = Optional.empty();
  private @Nullable PemKeyCertOptions certificate;

  private HttpListener(
      Vertx vertx,
      HttpSettings settings,
      ComponentsLifecycle lifecycle,
      Connections connections,
      HealthFile healthFile,
      HttpServers servers) {
    this.vertx = vertx;
    this.settings = settings;
    this.lifecycle = lifecycle;
    this.connections = connections;
    this.healthFile = healthFile;
    this.servers = servers;
  }

  private void renewFrom(Certificates certificates) {
    renewal = Optional.of(vertx.setPeriodic(Heartbeats.TICK_MILLIS, tick -> renew(certificates)));
  }

  /** Uses the current certificate for new connections. */
  private void renew(Certificates certificates) {
    certificates.look(vertx);
    PemKeyCertOptions current = certificates.current();
    if (!current.equals(certificate)) {
      certificate = current;
      certificates
          .inTurn(() -> servers.show(ServerOptions.certificate(current, connections.headMillis())))
          .onFailure(
              failure ->
                  log.warn(
                      "Cannot use the new certificate, keeping the previous one: replace its files",
                      failure));
    }
  }

  /** Starts to serve on the caller's event loop. */
  static Future<HttpListener> start(
      Vertx vertx,
      HttpSettings settings,
      LimitSettings limits,
      AuthSettings auth,
      Authenticator authenticator,
      Optional<Certificates> certificates) {
    HttpComponents components = HttpComponents.of(vertx, settings, limits, auth, authenticator);
    Connections connections = new Connections(vertx, limits, components.limits());
    FailureLog failures = new FailureLog("Serving");
    vertx.getOrCreateContext().exceptionHandler(failure -> unhandled(failures, failure));
    HttpServerOptions options = options(settings, certificates, connections.headMillis());
    HttpServers servers = servers(settings, components, connections, options);
    return ComponentsLifecycle.start(vertx, components, authenticator, settings.drainSeconds())
        .compose(
            lifecycle ->
                servers
                    .listen()
                    .onFailure(
                        failure -> {
                          connections.close();
                          lifecycle.close();
                        })
                    .compose(
                        listening ->
                            SocketWriterProbe.start(vertx, connections, writesDirectly(settings)))
                    .map(
                        works -> {
                          if (works) {
                            components.writers().writeDirectly();
                          }
                          HealthFile healthFile =
                              HealthFile.begin(
                                  vertx,
                                  settings.healthFile(),
                                  components.handlers().health()::trouble);
                          HttpListener listener =
                              new HttpListener(
                                  vertx, settings, lifecycle, connections, healthFile, servers);
                          certificates.ifPresent(listener::renewFrom);
                          return listener;
                        }));
  }

  private static HttpServers servers(
      HttpSettings settings,
      HttpComponents components,
      Connections connections,
      HttpServerOptions options) {
    AccessLog accessLog = components.checks().accessLog();
    InvalidRequestHandler invalid = new InvalidRequestHandler(components.checks().problems());
    return new HttpServers(
        settings,
        () ->
            connections
                .server(options)
                .requestHandler(accessLog.watch(components.dispatcher()))
                .invalidRequestHandler(accessLog.watch(invalid)));
  }

  /** Vert.x would log each, also when a client disconnects while a file is read for it. */
  private static void unhandled(FailureLog failures, Throwable failure) {
    if (failure instanceof ClosedChannelException) {
      log.debug("A client disconnected before it was answered", failure);
    } else {
      failures.add("nobody waited for it", failure);
    }
  }

  /** TLS needs the handlers that direct writes bypass. */
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
   * Stops: accepts no connections and updates, waits until the accepted updates are answered, then
   * ends the streams.
   */
  Future<Void> stop() {
    lifecycle.drain();
    Future<Void> closed = servers.shutdown(settings.drainSeconds() + GRACE_SECONDS);
    return lifecycle
        .stop()
        .compose(ended -> closed)
        .onComplete(
            ended -> {
              renewal.ifPresent(vertx::cancelTimer);
              healthFile.end();
              connections.close();
            });
  }
}
