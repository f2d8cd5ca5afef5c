package dev.outpour.http.delivery;

import dev.outpour.http.interest.PageMatches;
import dev.outpour.http.stream.ControlEvents;
import dev.outpour.http.stream.EncodedPage;
import dev.outpour.http.stream.NoRoom;
import dev.outpour.log.LocalLog;
import dev.outpour.loop.TurnBudget;
import dev.outpour.metrics.CloseReason;
import dev.outpour.update.Page;
import dev.outpour.update.Truncation;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Serves the subscribers of one event loop that are behind, page by page as their sockets drain,
 * until they are live.
 *
 * <p>It skips pages that have nothing for a subscriber. For use on that loop only.
 */
final class CatchUp implements GapSkipper.Listener {

  /** How many steps are taken before a page is searched for those that wait for it. */
  private static final int STEPS = 4_096;

  private static final long MEMORY_MILLIS = 50;

  private final DeliveryContext context;
  private final Vertx vertx;
  private final LocalLog log;
  private final LoopPosition position;
  private final Transitions transitions;
  private final EncodedPageCache pages;
  private final PageMatches<InterestGroup, Subscriber> matches;
  private final GapSkipper gaps;

  private final CatchUpQueue queue = new CatchUpQueue();

  /** Who waits for memory. */
  private List<Subscriber> unframed = new ArrayList<>();

  private boolean scheduled;

  CatchUp(
      DeliveryContext context,
      LoopPosition position,
      Transitions transitions,
      EncodedPageCache pages) {
    this.context = context;
    this.vertx = context.vertx();
    this.log = context.log();
    this.position = position;
    this.transitions = transitions;
    this.pages = pages;
    this.matches = pages.matches();
    this.gaps = new GapSkipper(log, position, this);
  }

  /** Adds a subscriber that is behind and whose socket is free. */
  void add(Subscriber subscriber) {
    if (!subscriber.queued) {
      subscriber.queued = true;
      queue.add(subscriber);
      schedule();
    }
  }

  private void schedule() {
    if (!scheduled) {
      scheduled = true;
      vertx.runOnContext(turn -> run());
    }
  }

  private void run() {
    scheduled = false;
    TurnBudget budget = new TurnBudget();
    for (int turn = 1; isNeeded() && !budget.isSpent(); turn++) {
      PageMatches.Found<Subscriber> found = matches.next();
      if (found != null) {
        found.who().queued = false;
        budget.spend(giveFound(found));
      } else if (queue.isEmpty() || turn % STEPS == 0) {
        matches.run(budget, this::failed);
      } else {
        Subscriber subscriber = queue.remove();
        subscriber.queued = false;
        budget.spend(tryStep(subscriber));
      }
    }
    if (isNeeded()) {
      schedule();
    }
  }

  private boolean isNeeded() {
    return !queue.isEmpty() || matches.isAsked();
  }

  /** Forgets what was found for a group that has gone. */
  void forget(InterestGroup group) {
    matches.forget(group);
  }

  /** Has a subscriber wait until it is known what its group wants of a page. */
  private void ask(Subscriber subscriber, Page page) {
    subscriber.queued = true;
    matches.ask(subscriber, subscriber.group, page);
    schedule();
  }

  private int giveFound(PageMatches.Found<Subscriber> found) {
    Subscriber subscriber = found.who();
    return subscriber.state == Subscriber.State.BEHIND && !subscriber.isBlocked()
        ? tryGive(subscriber, found.page())
        : 0;
  }

  private void failed(Subscriber subscriber, Throwable why) {
    subscriber.queued = false;
    transitions.fail(subscriber, "finding what a subscriber that is behind wants", why);
  }

  /** Tries again with a subscriber when there may be memory for what it gets. */
  private void awaitMemory(Subscriber subscriber) {
    subscriber.queued = true;
    unframed.add(subscriber);
    if (unframed.size() == 1) {
      vertx.setTimer(MEMORY_MILLIS, fired -> framedAgain());
    }
  }

  private void framedAgain() {
    List<Subscriber> waiting = unframed;
    unframed = new ArrayList<>();
    for (Subscriber subscriber : waiting) {
      subscriber.queued = false;
      transitions.resume(subscriber);
    }
  }

  /** Takes a step. A subscriber that cannot be served is told; the others go on. */
  private int tryStep(Subscriber subscriber) {
    try {
      context.probe().before(Probe.Step.CATCH_UP);
      return step(subscriber);
    } catch (NoRoom e) {
      awaitMemory(subscriber);
      return 0;
    } catch (Throwable e) {
      transitions.fail(subscriber, "serving a subscriber that is behind", e);
      return 0;
    }
  }

  /** Takes a subscriber on by at most a page; returns how many bytes were written. */
  private int step(Subscriber subscriber) {
    if (subscriber.isBlocked()
        || subscriber.state != Subscriber.State.BEHIND
        || transitions.join(subscriber)) {
      return 0;
    }
    if (!subscriber.isMidway() && gaps.pass(subscriber)) {
      goOn(subscriber);
      return 0;
    }
    Page held = log.held(subscriber.cursor);
    if (held != null) {
      return give(subscriber, held);
    }
    if (!subscriber.isMidway() && gaps.isWorthwhile(subscriber)) {
      subscriber.queued = true;
      gaps.ask(subscriber);
    } else {
      read(subscriber);
    }
    return 0;
  }

  @Override
  public void sought(Subscriber subscriber, boolean answered) {
    subscriber.queued = false;
    subscriber.isOverRemoved = false;
    if (subscriber.state == Subscriber.State.BEHIND && !subscriber.isBlocked()) {
      if (answered) {
        add(subscriber);
      } else {
        read(subscriber);
      }
    }
  }

  @Override
  public void notSought(Subscriber subscriber) {
    if (subscriber.isOverRemoved) {
      subscriber.isOverRemoved = false;
      subscriber.queued = false;
      transitions.retryLater(subscriber);
    } else {
      sought(subscriber, false);
    }
  }

  /** Withdraws what the log was asked for a subscriber that leaves. */
  void leave(Subscriber subscriber) {
    gaps.leave(subscriber);
  }

  private void read(Subscriber subscriber) {
    subscriber.queued = true;
    log.read(subscriber.cursor)
        .onComplete(
            read -> {
              subscriber.queued = false;
              if (subscriber.state != Subscriber.State.BEHIND || subscriber.isBlocked()) {
                return;
              }
              if (read.succeeded() && read.result().to() > subscriber.cursor) {
                serve(subscriber, read.result());
              } else {
                transitions.retryLater(subscriber);
              }
            });
  }

  /**
   * Serves a subscriber whose page was read, in turn with the others that waited for it: there are
   * too many to serve them at once.
   */
  private void serve(Subscriber subscriber, Page page) {
    if (log.held(subscriber.cursor) == null) {
      tryGive(subscriber, page);
    } else {
      add(subscriber);
    }
  }

  private int tryGive(Subscriber subscriber, Page page) {
    try {
      return give(subscriber, page);
    } catch (NoRoom e) {
      awaitMemory(subscriber);
      return 0;
    } catch (Throwable e) {
      transitions.fail(subscriber, "serving a subscriber that is behind", e);
      return 0;
    }
  }

  /** Writes what a subscriber wants of a page, up to the head, as far as one write goes. */
  private int give(Subscriber subscriber, Page page) {
    long to = Math.min(page.to(), position.head());
    if (!subscriber.standsOn(page.lineage()) || !page.lineage().agrees(position.lineage(), to)) {
      // The log has been replaced. Either this loop will hear of it, or it has heard already,
      // and the page is of the log before.
      transitions.retryLater(subscriber);
      return 0;
    }
    if (page.earliest() > subscriber.cursor + 1) {
      return passRemoved(subscriber, page);
    }
    if (page.damaged()) {
      return tell(subscriber, page, Truncation.Reason.DAMAGED, to);
    }
    if (matches.known(subscriber.group, page) == null) {
      ask(subscriber, page);
      return 0;
    }
    context.probe().before(Probe.Step.CATCH_UP_FRAME);
    EncodedPage.Part part =
        pages
            .get(subscriber.group, page)
            .part(subscriber.cursor, to, context.pending().mostAtOnce());
    if (subscriber.isMidway() && !subscriber.goesOnWith(part)) {
      return cutOff(subscriber);
    }
    subscriber.group.knownGap().pageGiven(part.events() > 0);
    if (part.events() == 0) {
      subscriber.moveTo(part.to(), page.lineage());
      goOn(subscriber);
      return 0;
    }
    subscriber.moveTo(write(subscriber, part), page.lineage());
    context
        .metrics()
        .delivered(part.eventsUpTo(subscriber.cursor), part.bytesUpTo(subscriber.cursor));
    goOn(subscriber);
    return subscriber.writtenBytes();
  }

  /** Takes a subscriber over removed updates. It is told, unless none of them was its own. */
  private int passRemoved(Subscriber subscriber, Page page) {
    if (subscriber.isMidway() || !gaps.mayHaveLostNothing(subscriber)) {
      return tell(subscriber, page, Truncation.Reason.EXPIRED, page.earliest() - 1);
    }
    if (gaps.pass(subscriber)) {
      goOn(subscriber);
    } else {
      subscriber.queued = true;
      subscriber.isOverRemoved = true;
      gaps.ask(subscriber);
    }
    return 0;
  }

  /** Ends a connection in the middle of an event whose rest is gone: the client comes back. */
  private int cutOff(Subscriber subscriber) {
    transitions.leave(subscriber, CloseReason.SLOW);
    subscriber.reset();
    return 0;
  }

  private long write(Subscriber subscriber, EncodedPage.Part part) {
    try {
      context.probe().before(Probe.Step.CATCH_UP_WRITE);
      return subscriber.write(part);
    } catch (Throwable e) {
      // It is not known any more what the subscriber was given.
      transitions.breakOff(subscriber, "writing to a subscriber that is behind", e);
      return subscriber.cursor;
    }
  }

  /**
   * Tells a subscriber what it loses and moves it beyond; returns how many bytes were written. In
   * the middle of an event the connection ends instead.
   */
  private int tell(Subscriber subscriber, Page page, Truncation.Reason reason, long cursor) {
    if (subscriber.isMidway()) {
      return cutOff(subscriber);
    }
    Truncation lost = new Truncation(Optional.of(page.lineage().at(subscriber.cursor)), reason);
    Buffer word = ControlEvents.truncated(lost, page.lineage(), page.earliest(), cursor);
    subscriber.write(word);
    // Only now: a subscriber that could not be told has not moved.
    subscriber.moveTo(cursor, page.lineage());
    goOn(subscriber);
    return word.length();
  }

  private void goOn(Subscriber subscriber) {
    if (!subscriber.isBlocked()) {
      add(subscriber);
    }
  }
}
