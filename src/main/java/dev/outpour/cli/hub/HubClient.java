package dev.outpour.cli.hub;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Sends requests to a hub over HTTP or HTTPS. It owns a Vert.x instance, which is closed with it.
 * Thread-safe.
 */
public final class HubClient implements AutoCloseable {
  private static final int CONNECT_MILLIS = 10_000;

  private final HubAddress hub;
  private final Vertx vertx;
  private final HttpClient http;

  public HubClient(HubAddress hub) {
    this.hub = hub;
    // Its one thread may block while standard output is full.
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setBlockedThreadCheckInterval(1)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.DAYS));
    HttpClientOptions options = new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS);
    hub.setTrust(options);
    options.setVerifyHost(hub.named());
    this.http = vertx.createHttpClient(options);
  }

  public Vertx vertx() {
    return vertx;
  }

  /** Completes with a request once a connection is open. */
  public Future<HttpClientRequest> request(HttpMethod method, String pathAndQuery) {
    RequestOptions options =
        new RequestOptions().setMethod(method).setAbsoluteURI(hub.base() + pathAndQuery);
    hub.token().ifPresent(token -> options.putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + token));
    return http.request(options);
  }

  /** What to change if a failure means that there is no such hub, or that it is not trusted. */
  public Optional<CommandException> noHub(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof ConnectException) {
        return Optional.of(
            CommandException.failed(
                "No hub answers at " + hub.base() + ": start one, or set --url"));
      }
      if (each instanceof UnknownHostException) {
        return Optional.of(hub.unknown());
      }
    }
    return hub.distrust(failure);
  }

  @Override
  public void close() {
    Future<Void> closed = vertx.close();
    closed.await();
  }
}
