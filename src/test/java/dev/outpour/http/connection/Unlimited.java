package dev.outpour.http.connection;

import dev.outpour.http.limit.ClientAddresses;
import dev.outpour.http.limit.ClientLimits;
import dev.outpour.http.limit.LimitSettings;
import dev.outpour.http.limit.Limits;
import dev.outpour.metrics.Metrics;
import dev.outpour.settings.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Connections without limits, for other tests. */
public final class Unlimited {

  private Unlimited() {}

  public static Connections connections(Vertx vertx) {
    LimitSettings settings = LimitSettings.from(Settings.of(new JsonObject()).section("limits"));
    return new Connections(
        vertx,
        settings,
        new ClientLimits(
            Limits.of(vertx, settings), new ClientAddresses(List.of(), false), Metrics.NONE));
  }
}
