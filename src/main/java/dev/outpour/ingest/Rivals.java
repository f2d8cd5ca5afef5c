package dev.outpour.ingest;

import dev.outpour.broadcast.UpdateBus;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Notices that the cluster has another owner of a log, as it may after it fell apart and came
 * together, or if two started at the same moment: each says now and then since when it is one, and
 * the younger gives way.
 *
 * <p>What was published to the younger meanwhile stays in its log and reaches no reader of the
 * elder's. For use on one context.
 */
final class Rivals {

  /** Where owners say that they are. */
  static final String ADDRESS = "outpour.owner";

  private static final long EVERY_MILLIS = 2_000;
  private static final String ID = "id";
  private static final String LOG = "log";
  private static final String SINCE = "sinceMillis";

  private final Vertx vertx;
  private final JsonObject claim;
  private final Consumer<String> onElder;
  private final MessageConsumer<JsonObject> others;
  private final long timer;

  /**
   * Begins to watch.
   *
   * @param logId the log owned here
   * @param onElder told the log of an elder, perhaps several times until {@link #close}
   */
  Rivals(Vertx vertx, String logId, Consumer<String> onElder) {
    this.vertx = vertx;
    this.onElder = onElder;
    this.claim =
        new JsonObject()
            .put(ID, UUID.randomUUID().toString())
            .put(LOG, logId)
            .put(SINCE, System.currentTimeMillis());
    this.others = vertx.eventBus().consumer(ADDRESS, this::heard);
    this.timer = vertx.setPeriodic(0, EVERY_MILLIS, tick -> say());
  }

  private void say() {
    vertx.eventBus().publish(ADDRESS, claim);
  }

  private void heard(Message<JsonObject> message) {
    UpdateBus.body(message)
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast)
        .filter(Rivals::isClaim)
        .ifPresent(this::heard);
  }

  private static boolean isClaim(JsonObject other) {
    return other.getValue(ID) instanceof String
        && other.getValue(LOG) instanceof String
        && other.getValue(SINCE) instanceof Number;
  }

  private void heard(JsonObject other) {
    if (isElder(other)) {
      onElder.accept(other.getString(LOG));
    } else if (!other.getString(ID).equals(claim.getString(ID))) {
      // The younger need not wait for this to be said again.
      say();
    }
  }

  private boolean isElder(JsonObject other) {
    int byTime = Long.compare(other.getLong(SINCE), claim.getLong(SINCE));
    return byTime < 0 || (byTime == 0 && other.getString(ID).compareTo(claim.getString(ID)) < 0);
  }

  /** Says and hears no more. */
  void close() {
    vertx.cancelTimer(timer);
    others.unregister();
  }
}
