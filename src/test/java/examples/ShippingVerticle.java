package examples;

import dev.outpour.log.UpdateBus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;

/** Publishes over the event bus, from the hub's own process or from any node of its cluster. */
public final class ShippingVerticle extends VerticleBase {

  @Override
  public Future<?> start() {
    return ship("42");
  }

  /** Completes with the id of the update when it is in the log. */
  Future<String> ship(String order) {
    DeliveryOptions options =
        new DeliveryOptions()
            .addHeader("topic", "orders/" + order)
            .addHeader("event", "shipped")
            .addHeader("key", order + "-shipped");
    return vertx
        .eventBus()
        .<JsonObject>request(UpdateBus.INGEST, new JsonObject().put("order", order), options)
        .map(reply -> reply.body().getString("id"));
  }
}
