package dev.outpour.http;

import dev.outpour.metrics.Metrics;
import dev.outpour.settings.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

/** Connections for tests that are about something else. */
final class Unlimited {

  private Unlimited() {}

  static Connections connections(Vertx vertx) {
    LimitSettings settings = LimitSettings.from(Settings.of(new JsonObject()).section("limits"));
    return new Connections(
        vertx, settings, Limits.of(vertx, settings), new Clients(settings), Metrics.NONE);
  }
}
