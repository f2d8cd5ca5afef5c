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
 * Deploys verticles one after the other, and stops them in the opposite order.
 *
 * <p>Vert.x stops all children of a verticle at the same time. So each verticle is wrapped: before
 * it stops, it waits until the later ones have stopped. That holds if the process ends, if the
 * parent is undeployed, and if a later verticle fails to start.
 *
 * <p>The context of the parent adds and deploys. The contexts of the children stop.
 */
final class OrderedDeployment {
  private final Vertx vertx;
  private final JsonObject config;
  private final List<Entry> entries = new ArrayList<>();

  /**
   * @param config the configuration of every verticle
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
   * Completes when all are ready. Fails with the first failure, and then starts no later verticle.
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

    /**
     * Complete until the deployment starts, so that nobody waits for a verticle that never started.
     */
    volatile Future<?> gone = Future.succeededFuture();

    Entry(Supplier<? extends Deployable> verticle, int instances) {
      this.verticle = verticle;
      this.instances = instances;
    }
  }

  /** An instance of a verticle that stops after the later verticles. */
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
          // The later ones complete on their own contexts, so return to this one.
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
