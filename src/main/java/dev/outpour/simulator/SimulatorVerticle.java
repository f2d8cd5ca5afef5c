package dev.outpour.simulator;

import dev.outpour.api.PublicApi;
import dev.outpour.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts a message every few seconds, in place of a publisher in production.
 *
 * <p>It has one request in flight at most, and skips a tick while there is one. Failures never stop
 * it; it logs the first failure of an outage, and the end of the outage.
 */
@PublicApi
public final class SimulatorVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(SimulatorVerticle.class);
  private static final long TIMEOUT_SECONDS = 10;
  private static final long STOP_SECONDS = 1;

  private final Clock clock;
  private Future<?> inFlight = Future.succeededFuture();
  private long count;
  private boolean outage;

  public SimulatorVerticle() {
    this(Clock.systemUTC());
  }

  SimulatorVerticle(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Future<?> start() {
    Settings settings = Settings.of(config());
    SimulatorSettings simulator = SimulatorSettings.from(settings.section("simulator"));
    settings.check();
    WebClient client =
        WebClient.create(vertx, new WebClientOptions().setUserAgent("outpour-simulator"));
    vertx.setPeriodic(simulator.everyMillis(), id -> tick(client, simulator));
    return Future.succeededFuture();
  }

  /** Waits a moment for the message in flight. Timer and client end with the context. */
  @Override
  public Future<?> stop() {
    return inFlight.timeout(STOP_SECONDS, TimeUnit.SECONDS).otherwiseEmpty();
  }

  private void tick(WebClient client, SimulatorSettings settings) {
    if (!inFlight.isComplete()) {
      return;
    }
    count++;
    HttpRequest<Buffer> request =
        client
            .postAbs(settings.url().toString())
            .timeout(TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
    if (!settings.token().isEmpty()) {
      request.bearerTokenAuthentication(settings.token());
    }
    inFlight =
        request
            .sendJsonObject(new JsonObject().put("message", message(settings.message())))
            .compose(SimulatorVerticle::accepted)
            .onSuccess(v -> succeeded(settings))
            .onFailure(e -> failed(settings, e));
  }

  private String message(String template) {
    return template
        .replace("{count}", Long.toString(count))
        .replace("{time}", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private static Future<Void> accepted(HttpResponse<Buffer> response) {
    return response.statusCode() / 100 == 2
        ? Future.succeededFuture()
        : Future.failedFuture(response.statusCode() + " " + response.bodyAsString());
  }

  private void succeeded(SimulatorSettings settings) {
    if (outage) {
      log.info("Posting to {} works again", settings.url());
    }
    outage = false;
  }

  private void failed(SimulatorSettings settings, Throwable cause) {
    if (!outage) {
      log.warn("Cannot post to {}, retrying: {}", settings.url(), cause.getMessage());
    }
    outage = true;
  }
}
