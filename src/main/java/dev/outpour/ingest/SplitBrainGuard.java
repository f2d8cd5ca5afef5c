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
 * Notices that the cluster has another owner of a log, as it may after it fell apart and came
 * together, or if two started at the same moment: each says now and then how far its log has come,
 * and all but the one with the longest log give way. Of logs of one length the one with more epochs
 * goes first, then the one that has been owned for longer.
 *
 * <p>What was published to one that gives way stays in its log and reaches no reader of the other.
 * Never do all give way: each compares what it hears with what it has itself said last, what it
 * says only grows, and one that gives way says no more. For use on one context.
 */
final class SplitBrainGuard {

  /** Where owners say that they are. */
  static final String ADDRESS = "outpour.owner";

  private static final long EVERY_MILLIS = 2_000;

  /**
   * What an owner says of itself; the greatest goes on.
   *
   * @param last how far its log has come
   * @param epochs how often its log was opened
   * @param sinceMillis since when it is one, by its own clock, which decides last of all
   */
  private record Claim(String id, String log, long last, long epochs, long sinceMillis)
      implements Comparable<Claim> {

    private static final Comparator<Claim> ORDER =
        Comparator.comparingLong(Claim::last)
            .thenComparingLong(Claim::epochs)
            .thenComparing(Comparator.comparingLong(Claim::sinceMillis).reversed())
            .thenComparing(Comparator.comparing(Claim::id).reversed());

    static Optional<Claim> of(JsonObject said) {
      return said.getValue("id") instanceof String id
              && said.getValue("log") instanceof String log
              && said.getValue("last") instanceof Number last
              && said.getValue("epochs") instanceof Number epochs
              && said.getValue("sinceMillis") instanceof Number since
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
  private Claim said;
  private boolean closed;

  /**
   * Begins to watch.
   *
   * @param head of the log owned here
   * @param sinceMillis since when it is owned, by the wall clock
   * @param onLonger told the log of the one that this has to give way to, and how far that has
   *     come; once at most
   */
  SplitBrainGuard(
      Vertx vertx, Supplier<LogHead> head, long sinceMillis, ObjLongConsumer<String> onLonger) {
    this.vertx = vertx;
    this.onLonger = onLonger;
    LogHead begun = head.get();
    int epochs = begun.lineage().epochs().size();
    this.said =
        new Claim(UUID.randomUUID().toString(), begun.logId(), begun.last(), epochs, sinceMillis);
    this.others = vertx.eventBus().consumer(ADDRESS, this::heard);
    this.timer =
        vertx.setPeriodic(
            0,
            EVERY_MILLIS,
            tick -> {
              said = said.at(head.get().last());
              say();
            });
  }

  private void say() {
    vertx.eventBus().publish(ADDRESS, said.toJson());
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
    if (other.compareTo(said) > 0) {
      close();
      onLonger.accept(other.log(), other.last());
    } else if (!other.id().equals(said.id())) {
      // The other need not wait. It is told the same again: were the head read anew here, two whose
      // logs grow could answer each other for ever.
      say();
    }
  }

  /** Says and hears no more. */
  void close() {
    closed = true;
    vertx.cancelTimer(timer);
    others.unregister();
  }
}
