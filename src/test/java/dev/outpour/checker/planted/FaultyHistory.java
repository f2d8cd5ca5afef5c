package dev.outpour.checker.planted;

import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.history.ForwardingHistory;
import dev.outpour.history.History;
import dev.outpour.log.LocalLog;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.LogHead;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Position;
import dev.outpour.update.Update;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A log with a fault in what it stores, says or gives. */
final class FaultyHistory extends ForwardingHistory {

  /** What is printed while an update is held back: the moment for a crash. */
  static final String HOLDING = "Holding an update back";

  private static final int ONE_BATCH_IN = 20;

  /** Of pages of several updates: on a slow machine there are few. */
  private static final int ONE_PAGE_IN = 5;

  private static final int FIRST_HELD = 5;
  private static final long SHORT_MILLIS = 200;
  private static final long LONG_MILLIS = 5_000;

  private final Vertx vertx;
  private final Fault fault;
  private Future<?> held = Future.succeededFuture();
  private int occasions;

  FaultyHistory(Vertx vertx, History sound, Fault fault) {
    super(sound);
    this.vertx = vertx;
    this.fault = fault;
  }

  @Override
  public Future<Commit> append(List<Batch> group) {
    return switch (fault) {
      case DROP -> sound.append(group).map(this::spoil);
      case STORE_TWICE -> sound.append(group.stream().map(this::twice).toList());
      case ACKNOWLEDGE_EARLY -> isToBeHeld(group) ? acknowledgeEarly(group) : appendNext(group);
      case DELIVER_EARLY -> isToBeHeld(group) ? deliverEarly(group) : appendNext(group);
      default -> sound.append(group);
    };
  }

  private boolean isOccasion(int oneIn) {
    return ++occasions % oneIn == 0;
  }

  private Commit spoil(Commit commit) {
    Page page = commit.page();
    List<Update> updates = new ArrayList<>(page.updates());
    if (updates.size() < 2 || !isOccasion(ONE_PAGE_IN)) {
      return commit;
    }
    updates.remove(1);
    return new Commit(
        commit.outcomes(),
        new Page(page.lineage(), page.earliest(), page.from(), page.to(), updates));
  }

  private Batch twice(Batch batch) {
    if (batch.drafts().isEmpty() || !isOccasion(ONE_BATCH_IN)) {
      return batch;
    }
    List<Draft> drafts = new ArrayList<>(batch.drafts());
    Draft last = drafts.get(drafts.size() - 1);
    drafts.add(new Draft(last.topics(), last.event(), null, last.form(), last.data()));
    return new Batch(drafts);
  }

  /** Once, and only if it is known beforehand what will become of a group: no repeat is in it. */
  private boolean isToBeHeld(List<Batch> group) {
    boolean isNew =
        group.stream()
            .allMatch(
                batch ->
                    !batch.drafts().isEmpty()
                        && batch.drafts().stream().allMatch(draft -> draft.key() == null));
    return isNew && ++occasions == FIRST_HELD;
  }

  private Future<Commit> appendNext(List<Batch> group) {
    return held.transform(done -> sound.append(group));
  }

  /** Appends after a while in which a crash loses it. */
  private Future<Commit> appendLater(List<Batch> group) {
    Future<Commit> later =
        vertx
            .timer(SHORT_MILLIS)
            .onSuccess(fired -> System.out.println(HOLDING))
            .compose(fired -> vertx.timer(LONG_MILLIS))
            .compose(fired -> sound.append(group));
    held = later;
    return later;
  }

  private Future<Commit> acknowledgeEarly(List<Batch> group) {
    LogHead head = sound.head();
    appendLater(group);
    long next = head.last() + 1;
    List<Outcome> outcomes = new ArrayList<>();
    for (Batch batch : group) {
      List<Outcome.Receipt> receipts = new ArrayList<>();
      for (int i = 0; i < batch.drafts().size(); i++) {
        receipts.add(new Outcome.Receipt(at(head, next++), false));
      }
      outcomes.add(new Outcome(receipts, Optional.empty()));
    }
    Page nothing = new Page(head.lineage(), head.earliest(), head.last(), head.last(), List.of());
    return Future.succeededFuture(new Commit(outcomes, nothing));
  }

  private Future<Commit> deliverEarly(List<Batch> group) {
    LogHead head = sound.head();
    List<Update> updates = new ArrayList<>();
    for (Batch batch : group) {
      for (Draft draft : batch.drafts()) {
        Position position = at(head, head.last() + 1 + updates.size());
        updates.add(draft.at(position, System.currentTimeMillis()));
      }
    }
    long to = head.last() + updates.size();
    Page page = new Page(head.lineage(), head.earliest(), head.last(), to, updates);
    LocalLog log = LocalLog.of(vertx);
    LogDescription known = log.description();
    log.grow(
        new LogDescription(known.defaultTopic(), known.durable(), known.head().advancedBy(page)),
        page);
    return appendLater(group);
  }

  private static Position at(LogHead head, long number) {
    return new Position(head.lineage().current().name(), number);
  }

  @Override
  public Future<Void> close() {
    return held.transform(done -> sound.close());
  }
}
