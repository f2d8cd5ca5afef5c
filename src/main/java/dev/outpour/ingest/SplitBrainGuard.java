package dev.outpour.ingest;

import dev.outpour.bus.MessageBus;
import dev.outpour.update.LogHead;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;

/**
 * Detects another owner of a log in the cluster, as after a split, or if two started at the same
 * moment. Each owner announces the end of its log periodically, and all but the one with the
 * longest log give way. Among logs of equal length, the one with more epochs wins, then the one
 * that has been owned for longer.
 *
 * <p>Updates of an owner that gives way stay in its log, and reach no subscriber of the other. The
 * owners never all give way: each compares a claim with its own last announced one, its claims only
 * grow, and an owner that gives way announces nothing more. Confined to one context.
 */
final class SplitBrainGuard {

  /** The address of the announcements. */
  static final String ADDRESS = "outpour.owner";

  private static final long EVERY_MILLIS = 2_000;

  /**
   * The claim of an owner. The greatest one wins.
   *
   * @param last the last number of its log
   * @param epochs how often its log was opened
   * @param sinceMillis since when it owns the log, by its own clock
   */
  private record Claim(String id, String log, long last, long epochs, long sinceMillis)
      implements Comparable<Claim> {

    private static final Comparator<Claim> ORDER =
        Comparator.comparingLong(Claim::last)
            .thenComparingLong(Claim::epochs)
            .thenComparing(Comparator.comparingLong(Claim::sinceMillis).reversed())
            .thenComparing(Comparator.comparing(Claim::id).reversed());

    static Optional<Claim> of(JsonObject json) {
      return json.getValue("id") instanceof String id
              && json.getValue("log") instanceof String log
              && json.getValue("last") instanceof Number last
              && json.getValue("epochs") instanceof Number epochs
              && json.getValue("sinceMillis") instanceof Number since
          ? Optional.of(new Claim(id, log, last.longValue(), epochs.longValue(), since.longValue()))
          : Optional.empty();
    }

    JsonObject toJson() {
      return new JsonObject()
          .put("id", id)
          .put("log", log)
          .put("last", last)
          .put("epochs", epochs)
          .put("sinceMillis", sinceMillis);
    }

    Claim at(long now) {
      return new Claim(id, log, Math.max(last, now), epochs, sinceMillis);
    }

    @Override
    public int compareTo(Claim other) {
      return ORDER.compare(this, other);
    }
  }

  private final Vertx vertx;
  private final ObjLongConsumer<String> onLonger;
  private final MessageConsumer<JsonObject> others;
  private final long timer;
  private Claim announced;
  private boolean closed;

  /**
   * Starts to watch.
   *
   * @param head the head of the log that this process owns
   * @param sinceMillis since when it owns the log, by the wall clock
   * @param onLonger called once at most, with the id and the last number of a longer log
   */
  SplitBrainGuard(
      Vertx vertx, Supplier<LogHead> head, long sinceMillis, ObjLongConsumer<String> onLonger) {
    this.vertx = vertx;
    this.onLonger = onLonger;
    LogHead begun = head.get();
    int epochs = begun.lineage().epochs().size();
    this.announced =
        new Claim(UUID.randomUUID().toString(), begun.logId(), begun.last(), epochs, sinceMillis);
    this.others = vertx.eventBus().consumer(ADDRESS, this::heard);
    this.timer =
        vertx.setPeriodic(
            0,
            EVERY_MILLIS,
            tick -> {
              announced = announced.at(head.get().last());
              announce();
            });
  }

  private void announce() {
    vertx.eventBus().publish(ADDRESS, announced.toJson());
  }

  private void heard(Message<JsonObject> message) {
    MessageBus.body(message)
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast)
        .flatMap(Claim::of)
        .ifPresent(this::heard);
  }

  private void heard(Claim other) {
    if (closed) {
      return;
    }
    if (other.compareTo(announced) > 0) {
      close();
      onLonger.accept(other.log(), other.last());
    } else if (!other.id().equals(announced.id())) {
      // Answer the other at once, with the same claim. With a new head, two owners whose logs grow
      // could answer each other forever.
      announce();
    }
  }

  /** Stops to announce and to listen. */
  void close() {
    closed = true;
    vertx.cancelTimer(timer);
    others.unregister();
  }
}
