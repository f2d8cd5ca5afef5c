package dev.outpour.http.delivery;

import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.logging.FailureLog;
import dev.outpour.loop.TurnBudget;
import dev.outpour.update.Lineage;
import dev.outpour.update.Page;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Delivers what the log grows by to the live subscribers of one event loop, page by page.
 *
 * <p>It decides whether the log is still the one that was served before. For use on the event loop
 * only.
 */
final class LiveDelivery {

  /** Hears how the log and the head have moved. */
  interface Listener {

    /** A log has become known, the first one. */
    void logOpened(LogDescription log);

    /** Another log is about to take the place of the one that was served. */
    void logReplaced();

    /** What was known of the log beyond the head may not be so any more. */
    void lineageChanged(Lineage lineage);

    /** A page has been delivered. */
    void headMoved();

    /** A tick of the heartbeats is due, and no page is being delivered. */
    void beat();
  }

  private final PageDelivery.Setup setup;
  private final DeliveryContext context;
  private final LoopPosition position;
  private final Listener listener;
  private @Nullable PageDelivery delivery;
  private boolean scheduled;
  private int dueTicks;

  /** Whether something failed, so that the next tick has to look again. */
  private boolean failed;

  LiveDelivery(PageDelivery.Setup setup, LoopPosition position, Listener listener) {
    this.setup = setup;
    this.context = setup.context();
    this.position = position;
    this.listener = listener;
  }

  /**
   * Takes in that the log has grown, has become known, or is another one. Whatever fails, the next
   * tick looks again.
   */
  void grown() {
    try {
      context.probe().before(Probe.Step.GROW);
      takeIn();
    } catch (Throwable e) {
      failed = true;
      context.failures().add("taking in that the log has grown", e);
    }
  }

  private void takeIn() {
    LogDescription now = context.log().description();
    if (now == null) {
      return;
    }
    LogDescription before = position.log();
    if (before == null || !position.continuesAs(now)) {
      change(before, now);
      return;
    }
    position.serve(now);
    if (!before.head().lineage().equals(now.head().lineage())) {
      listener.lineageChanged(now.head().lineage());
    }
    if (!scheduled) {
      goOn();
    }
  }

  private void change(@Nullable LogDescription before, LogDescription now) {
    if (before != null) {
      // As long as it is known what each subscriber was given of the old log.
      listener.logReplaced();
    }
    position.serve(now);
    position.moveTo(now.head().last());
    close();
    if (before == null) {
      listener.logOpened(now);
    } else {
      listener.lineageChanged(now.head().lineage());
    }
  }

  /** Ends the delivery under way, and frees encoded pages. */
  void close() {
    PageDelivery open = delivery;
    set(null);
    if (open != null) {
      context.failures().attempt("ending the delivery of a page", open::close);
    }
    setup.cache().clear();
  }

  private void set(@Nullable PageDelivery current) {
    delivery = current;
    position.delivers(current);
  }

  private void goOn() {
    scheduled = false;
    try {
      if (!deliver()) {
        return;
      }
    } catch (Throwable e) {
      context.failures().add("delivering a page", e);
      failed = true;
      if (delivery != null) {
        delivery.giveUp();
      }
    }
    scheduled = true;
    context.vertx().runOnContext(turn -> goOn());
  }

  /** Delivers for as long as one turn may take; returns whether there may be more to deliver. */
  private boolean deliver() {
    TurnBudget budget = new TurnBudget();
    while (!budget.isSpent()) {
      if (delivery == null) {
        set(next());
      }
      if (delivery == null) {
        return false;
      }
      budget.spend(delivery.run(budget));
      if (delivery.isDone()) {
        finish(delivery);
      }
    }
    return true;
  }

  private @Nullable PageDelivery next() {
    LogDescription now = context.log().description();
    if (now == null || !position.continuesAs(now) || position.head() >= now.head().last()) {
      return null;
    }
    position.serve(now);
    long from = position.head();
    long to = now.head().last();
    try {
      context.probe().before(Probe.Step.GATHER);
      Page page = context.log().gathered(from);
      if (page != null && !page.damaged() && page.earliest() <= from + 1) {
        to = Math.min(page.to(), now.head().last());
        if (!page.lineage().agrees(now.head().lineage(), to)) {
          // The log has just been replaced: this loop will hear of it.
          return null;
        }
        PageDelivery next = new PageDelivery(setup, page, from, to);
        position.moveTo(to);
        return next;
      }
      // This loop was held up for longer than pages are held, or even updates are retained: its
      // subscribers read for themselves, and are told what they miss.
    } catch (Throwable e) {
      // They do so here as well, and those that cannot be served in that way either are told.
      failed = true;
      context.failures().add("beginning to deliver a page", e);
    }
    return givenUp(now, from, to);
  }

  /** The delivery of a page that is not there: all fall behind. */
  private PageDelivery givenUp(LogDescription now, long from, long to) {
    Page nothing = new Page(now.head().lineage(), now.head().earliest(), from, to, List.of());
    PageDelivery givenUp = new PageDelivery(setup, nothing, from, to);
    givenUp.giveUp();
    position.moveTo(to);
    return givenUp;
  }

  private void finish(PageDelivery done) {
    set(null);
    FailureLog failures = context.failures();
    failures.attempt("ending the delivery of a page", done::close);
    if (done.delivered() > 0) {
      long to = position.head();
      failures.attempt(
          "counting what was delivered",
          () ->
              context
                  .log()
                  .acceptances()
                  .tell(done.from(), to, done.delivered(), context.metrics()::deliveredAfter));
    }
    listener.headMoved();
    for (; dueTicks > 0; dueTicks--) {
      listener.beat();
    }
  }

  /**
   * Moves the wheel of heartbeats on. In the middle of a delivery some live subscribers have been
   * given its page and some have not, so that no id holds for all: the tick waits for its end.
   */
  void tick() {
    if (failed) {
      failed = false;
      grown();
    }
    setup.cache().tick();
    if (delivery == null) {
      listener.beat();
    } else {
      dueTicks++;
    }
  }
}
