package dev.outpour.ingest;

import dev.outpour.Await;
import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.log.LocalLog;
import dev.outpour.log.UpdateBus;
import dev.outpour.update.Position;
import dev.outpour.update.Update;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;

/** An ingest verticle with a log in memory, in its own Vert.x, as a publisher uses it. */
final class LogOwner implements AutoCloseable {

  final Vertx vertx = Vertx.vertx();
  private final int keepUpdates;

  LogOwner(int keepUpdates) {
    this.keepUpdates = keepUpdates;
  }

  /** Deploys the verticle, which accepts updates of one kilobyte. */
  void start() {
    JsonObject config =
        new JsonObject()
            .put("ingest", new JsonObject().put("maxUpdateKilobytes", 1))
            .put(
                "history", new JsonObject().put("store", "memory").put("keepUpdates", keepUpdates));
    DeploymentOptions options = new DeploymentOptions().setConfig(config);
    Await.result(vertx.deployVerticle(new IngestVerticle(), options));
  }

  JsonObject request(Object body, DeliveryOptions options) {
    return Await.result(vertx.eventBus().<JsonObject>request(UpdateBus.INGEST, body, options))
        .body();
  }

  /** Publishes a text and waits for its position. */
  Position publish(String text) {
    return position(request(text, new DeliveryOptions()));
  }

  static Position position(JsonObject reply) {
    return Position.parse(reply.getString("id")).orElseThrow();
  }

  /** The position of the newest update. */
  Position head() {
    LogDescription log = LocalLog.of(vertx).description();
    return log == null ? new Position("unknown1", 0) : log.head().position();
  }

  Update read(Position position) {
    return Await.result(LocalLog.of(vertx).read(position.sequence() - 1)).updates().stream()
        .filter(update -> update.position().equals(position))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    Await.result(vertx.close());
  }
}
