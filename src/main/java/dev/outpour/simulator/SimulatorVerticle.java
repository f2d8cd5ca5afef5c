package dev.outpour.simulator;

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
 * Posts a message every few seconds, like the production script it stands in for.
 *
 * <p>One request is under way at a time: a tick that finds one is left out. Failures never end it;
 * the first of an outage is logged, and the end of the outage.
 *
 * <p>It knows nothing but a URL.
 */
public final class SimulatorVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(SimulatorVerticle.class);
  private static final long TIMEOUT_SECONDS = 10;
  private static final long STOP_SECONDS = 1;

  private final Clock clock;
  private Future<?> underWay = Future.succeededFuture();
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

  /**
   * Gives a message that is under way a moment to arrive; timer and client end with the context.
   */
  @Override
  public Future<?> stop() {
    return underWay.timeout(STOP_SECONDS, TimeUnit.SECONDS).otherwiseEmpty();
  }

  private void tick(WebClient client, SimulatorSettings settings) {
    if (!underWay.isComplete()) {
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
    underWay =
        request
            .sendJsonObject(new JsonObject().put("message", message(settings.message())))
            .compose(SimulatorVerticle::accepted)
            .onSuccess(v -> reached(settings))
            .onFailure(e -> missed(settings, e));
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

  private void reached(SimulatorSettings settings) {
    if (outage) {
      log.info("{} is reached again", settings.url());
    }
    outage = false;
  }

  private void missed(SimulatorSettings settings, Throwable cause) {
    if (!outage) {
      log.warn("{} takes no messages, trying again: {}", settings.url(), cause.getMessage());
    }
    outage = true;
  }
}
