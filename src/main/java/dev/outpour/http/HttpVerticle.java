package dev.outpour.http;

import dev.outpour.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Serves readers and publishers. */
public final class HttpVerticle extends VerticleBase {

  @Override
  public Future<?> start() {
    Settings settings = Settings.of(config());
    HttpSettings http = HttpSettings.from(settings.section("http"));
    settings.check();
    return vertx
        .createHttpServer()
        .requestHandler(request -> request.response().setStatusCode(404).end())
        // Below zero: a free port, one for all instances.
        .listen(http.port() == 0 ? -1 : http.port(), http.host())
        .onSuccess(
            server ->
                vertx.sharedData().getLocalMap("outpour").put("http.port", server.actualPort()));
  }
}
