package dev.outpour;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

/**
 * Verticles that start one after the other and stop in the opposite order.
 *
 * <p>Vert.x asks all children of a verticle to stop at once. So each one here is wrapped: asked to
 * stop, it first waits until those that came after it are gone. That holds whether the process
 * ends, the parent is undeployed, or a later one fails to start.
 *
 * <p>Filled and started by the context of the parent; the stops come from the contexts of the
 * children.
 */
final class OrderedDeployment {
  private final Vertx vertx;
  private final JsonObject config;
  private final List<Entry> entries = new ArrayList<>();

  /**
   * @param config what every verticle is handed
   */
  OrderedDeployment(Vertx vertx, JsonObject config) {
    this.vertx = vertx;
    this.config = config;
  }

  OrderedDeployment add(Supplier<? extends Deployable> verticle, int instances) {
    entries.add(new Entry(verticle, instances));
    return this;
  }

  /**
   * Completes when all are ready; fails with the first that is not, and then starts none after it.
   */
  Future<Void> deploy() {
    Future<Void> ready = Future.succeededFuture();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      List<Entry> later = List.copyOf(entries.subList(i + 1, entries.size()));
      ready = ready.compose(v -> deploy(entry, later));
    }
    return ready;
  }

  private Future<Void> deploy(Entry entry, List<Entry> later) {
    List<Promise<Void>> departures = new ArrayList<>();
    for (int i = 0; i < entry.instances; i++) {
      departures.add(Promise.promise());
    }
    entry.gone = Future.join(departures.stream().map(Promise::future).toList());
    Iterator<Promise<Void>> next = departures.iterator();
    return vertx
        .deployVerticle(
            () -> new Staying(entry.verticle.get(), later, next.next()),
            new DeploymentOptions().setConfig(config).setInstances(entry.instances))
        .onFailure(e -> departures.forEach(Promise::tryComplete))
        .mapEmpty();
  }

  private static final class Entry {
    final Supplier<? extends Deployable> verticle;
    final int instances;

    /** Done as long as it has not begun: nobody waits for what never came. */
    volatile Future<?> gone = Future.succeededFuture();

    Entry(Supplier<? extends Deployable> verticle, int instances) {
      this.verticle = verticle;
      this.instances = instances;
    }
  }

  /** One instance of a verticle that stays until those after it are gone. */
  private record Staying(Deployable verticle, List<Entry> later, Promise<Void> departure)
      implements Deployable {

    @Override
    public Future<?> deploy(Context context) throws Exception {
      return verticle.deploy(context);
    }

    @Override
    public Future<?> undeploy(Context context) {
      Promise<Object> stopped = Promise.promise();
      Future.join(later.stream().map(entry -> entry.gone).toList())
          // The others ended on their own threads; this one stops on its own too.
          .onComplete(gone -> context.runOnContext(v -> stop(context).onComplete(stopped)));
      return stopped.future().onComplete(ended -> departure.tryComplete());
    }

    private Future<?> stop(Context context) {
      try {
        return verticle.undeploy(context);
      } catch (Exception e) {
        return Future.failedFuture(e);
      }
    }
  }
}
