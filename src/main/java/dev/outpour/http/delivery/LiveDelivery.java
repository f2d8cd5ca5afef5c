package dev.outpour.http.delivery;

import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.http.interest.TopicIndex;
import dev.outpour.log.LocalLog;
import dev.outpour.logging.FailureLog;
import dev.outpour.loop.TurnBudget;
import dev.outpour.update.Lineage;
import dev.outpour.update.Page;
import dev.outpour.update.Position;
import io.vertx.core.Vertx;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far one event loop has come in the log: it takes in what is new page by page, and sweeps each
 * page over the live readers.
 *
 * <p>The head is that of the sweep under way, from its beginning: who joins meanwhile has been
 * given its page already. For use on the event loop only.
 */
final class LiveDelivery {

  private final Vertx vertx;
  private final LocalLog log;
  private final Subscribers audience;
  private final TopicIndex<InterestGroup> index;
  private final EncodedPageCache frames;
  private @Nullable LogDescription known;
  private long number;
  private @Nullable PageDelivery sweep;
  private boolean scheduled;
  private int dueTicks;

  /** Whether something failed, so that the next tick has to look again. */
  private boolean failed;

  LiveDelivery(
      Vertx vertx,
      LocalLog log,
      Subscribers audience,
      TopicIndex<InterestGroup> index,
      EncodedPageCache frames) {
    this.vertx = vertx;
    this.log = log;
    this.audience = audience;
    this.index = index;
    this.frames = frames;
  }

  /** The log that is served; null while none is known. */
  @Nullable LogDescription log() {
    return known;
  }

  /** The number up to which the live readers have been given every match, or are in this sweep. */
  long number() {
    return number;
  }

  /** The lineage of the log that is served. */
  Lineage lineage() {
    if (known == null) {
      throw new IllegalStateException("No log is known yet");
    }
    return known.head().lineage();
  }

  /** Up to where a live reader has been given every match by now. */
  Position givenTo(Subscriber stream) {
    return lineage().at(sweep == null ? number : sweep.givenTo(stream));
  }

  boolean isSweeping() {
    return sweep != null;
  }

  /**
   * Takes in that the log has grown, has become known, or is another one. Whatever fails, the next
   * tick looks again.
   */
  void grown() {
    try {
      audience.probe().before(Probe.Step.GROW);
      takeIn();
    } catch (Throwable e) {
      failed = true;
      audience.mishaps().add("taking in that the log has grown", e);
    }
  }

  private void takeIn() {
    LogDescription now = log.description();
    if (now == null) {
      return;
    }
    if (known == null || !continues(known, now)) {
      boolean first = known == null;
      if (!first) {
        // As long as it is known what each was given of the old one.
        audience.logReplaced();
      }
      known = now;
      number = now.head().last();
      close();
      audience.logChanged(now, first);
    } else {
      boolean restarted = !known.head().lineage().equals(now.head().lineage());
      known = now;
      if (restarted) {
        audience.openedAnew(now.head().lineage());
      }
      if (!scheduled) {
        goOn();
      }
    }
  }

  /**
   * Whether a log, as it is now, goes on from this head: not if it was replaced by an older copy.
   */
  private boolean continues(LogDescription before, LogDescription now) {
    return before.logId().equals(now.logId())
        && now.head().last() >= number
        && now.head().lineage().agrees(before.head().lineage(), number);
  }

  /** Ends the sweep under way, and lets go of framed bytes. */
  void close() {
    PageDelivery open = sweep;
    sweep = null;
    if (open != null) {
      audience.mishaps().attempt("ending a sweep", open::close);
    }
    frames.clear();
  }

  private void goOn() {
    scheduled = false;
    try {
      if (!sweepOn()) {
        return;
      }
    } catch (Throwable e) {
      audience.mishaps().add("sweeping", e);
      failed = true;
      if (sweep != null) {
        sweep.giveUp();
      }
    }
    scheduled = true;
    vertx.runOnContext(turn -> goOn());
  }

  /** Sweeps as long as one turn may; returns whether there may be more to sweep. */
  private boolean sweepOn() {
    TurnBudget budget = new TurnBudget();
    while (!budget.isSpent()) {
      if (sweep == null) {
        sweep = nextSweep();
      }
      if (sweep == null) {
        return false;
      }
      budget.spend(sweep.run(budget));
      if (sweep.isDone()) {
        finish(sweep);
      }
    }
    return true;
  }

  private @Nullable PageDelivery nextSweep() {
    LogDescription now = log.description();
    if (now == null || known == null || !continues(known, now) || number >= now.head().last()) {
      return null;
    }
    known = now;
    long from = number;
    long to = now.head().last();
    try {
      audience.probe().before(Probe.Step.GATHER);
      Page page = log.gathered(from);
      if (page != null && !page.damaged() && page.earliest() <= from + 1) {
        to = Math.min(page.to(), now.head().last());
        if (!page.lineage().agrees(now.head().lineage(), to)) {
          // It has just been replaced: that will be heard.
          return null;
        }
        PageDelivery next = new PageDelivery(audience, frames, index, page, from, to);
        number = to;
        return next;
      }
      // This loop was held up for longer than pages are held, or even updates are retained: its
      // readers read for themselves, and are told what they miss.
    } catch (Throwable e) {
      // So they do here, and who cannot be served by that way either is told so.
      failed = true;
      audience.mishaps().add("beginning a sweep", e);
    }
    Lineage lineage = now.head().lineage();
    Page nothing = new Page(lineage, now.head().earliest(), from, to, List.of());
    PageDelivery givenUp = new PageDelivery(audience, frames, index, nothing, from, to);
    givenUp.giveUp();
    number = to;
    return givenUp;
  }

  private void finish(PageDelivery done) {
    sweep = null;
    FailureLog mishaps = audience.mishaps();
    mishaps.attempt("ending a sweep", done::close);
    if (done.delivered() > 0) {
      long to = number;
      mishaps.attempt(
          "counting what was delivered",
          () ->
              log.acceptances().tell(done.from(), to, done.delivered(), audience::deliveredAfter));
    }
    audience.settleAhead();
    for (; dueTicks > 0; dueTicks--) {
      audience.beat();
    }
  }

  /**
   * Moves the wheel of heartbeats on. In the middle of a sweep some live readers have been given
   * its page and some have not, so that no id can be said for all: the tick waits for the sweep's
   * end.
   */
  void tick() {
    if (failed) {
      failed = false;
      grown();
    }
    frames.tick();
    if (sweep == null) {
      audience.beat();
    } else {
      dueTicks++;
    }
  }
}
