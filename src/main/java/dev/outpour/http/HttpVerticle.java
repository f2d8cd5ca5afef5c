package dev.outpour.http;

import dev.outpour.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/**
 * Where readers and publishers connect, on one event loop: {@code GET /events}, {@code POST
 * /update}, the pages, health and metrics, whichever the configuration names.
 *
 * <p>It reads the section {@code http} of its configuration. Several instances share a port, each
 * with its own readers. It is ready when it listens, whether or not the log can be reached yet. The
 * port that is listened on stands in the local map {@value #SHARED} under {@value #PORT}.
 */
public final class HttpVerticle extends VerticleBase {

  /** The name of the local map of Vert.x that says what is running. */
  public static final String SHARED = "outpour";

  /** Under which the port is found that is listened on, also where 0 was configured. */
  public static final String PORT = "http.port";

  private Future<Listener> listener = Future.failedFuture("Not started");

  @Override
  public Future<?> start() {
    Settings settings = Settings.of(config());
    HttpSettings http = HttpSettings.from(settings.section("http"));
    settings.check();
    listener = Listener.start(vertx, http);
    return listener.onSuccess(
        listening ->
            vertx.sharedData().<String, Integer>getLocalMap(SHARED).put(PORT, listening.port()));
  }

  @Override
  public Future<?> stop() {
    return listener.compose(Listener::stop).otherwiseEmpty();
  }
}
