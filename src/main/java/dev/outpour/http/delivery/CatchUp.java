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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;

/**
 * Serves the readers of a loop who are behind, page by page, as their sockets drain, until they are
 * live. Readers leap over pages that have nothing for them. For use on one event loop.
 */
final class CatchUp implements GapSkipper.Listener {

  /** So many readers are looked at before a page is looked through for those who wait. */
  private static final int STEPS = 4_096;

  private static final long MEMORY_MILLIS = 50;

  private final DeliveryContext context;
  private final Vertx vertx;
  private final LocalLog log;
  private final LoopPosition position;
  private final Transitions transitions;
  private final EncodedPageCache frames;
  private final PageMatches<InterestGroup, Subscriber> shares;
  private final GapSkipper seeker;

  /** Who is served in this round, those who read the same page one after the other. */
  private NavigableMap<Long, Queue<Subscriber>> queue = new TreeMap<>();

  /** Who is served in the next one. */
  private NavigableMap<Long, Queue<Subscriber>> next = new TreeMap<>();

  /** Who waits for memory. */
  private List<Subscriber> unframed = new ArrayList<>();

  private boolean scheduled;

  CatchUp(
      DeliveryContext context,
      LoopPosition position,
      Transitions transitions,
      EncodedPageCache frames) {
    this.context = context;
    this.vertx = context.vertx();
    this.log = context.log();
    this.position = position;
    this.transitions = transitions;
    this.frames = frames;
    this.shares = frames.shares();
    this.seeker = new GapSkipper(log, position, this);
  }

  /** Takes in a reader who is behind and whose socket is free. */
  void add(Subscriber stream) {
    if (!stream.queued) {
      stream.queued = true;
      next.computeIfAbsent(stream.cursor, first -> new ArrayDeque<>()).add(stream);
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
      PageMatches.Found<Subscriber> found = shares.next();
      if (found != null) {
        found.who().queued = false;
        budget.spend(giveFound(found));
      } else if (isEmpty() || turn % STEPS == 0) {
        shares.run(budget, this::failed);
      } else {
        Subscriber stream = remove();
        stream.queued = false;
        budget.spend(tryStep(stream));
      }
    }
    if (isNeeded()) {
      schedule();
    }
  }

  private boolean isNeeded() {
    return !isEmpty() || shares.isAsked();
  }

  /** Lets go of what is known of a group that has gone. */
  void forget(InterestGroup group) {
    shares.forget(group);
  }

  /** Has a reader wait until it is known what its group wants of a page. */
  private void ask(Subscriber stream, Page page) {
    stream.queued = true;
    shares.ask(stream, stream.group, page);
    schedule();
  }

  private int giveFound(PageMatches.Found<Subscriber> found) {
    Subscriber stream = found.who();
    return stream.state == Subscriber.State.BEHIND && !stream.isBlocked()
        ? tryGive(stream, found.page())
        : 0;
  }

  private void failed(Subscriber stream, Throwable why) {
    stream.queued = false;
    transitions.fail(stream, "finding what a reader who is behind wants", why);
  }

  private boolean isEmpty() {
    return queue.isEmpty() && next.isEmpty();
  }

  /** Takes out who is due: nobody twice in a round, and of a round the lowest first. */
  private Subscriber remove() {
    if (queue.isEmpty()) {
      var done = queue;
      queue = next;
      next = done;
    }
    Map.Entry<Long, Queue<Subscriber>> lowest = queue.firstEntry();
    Subscriber stream = lowest.getValue().remove();
    if (lowest.getValue().isEmpty()) {
      queue.remove(lowest.getKey());
    }
    return stream;
  }

  /** Comes back to a reader when there may be memory for what it gets. */
  private void awaitMemory(Subscriber stream) {
    stream.queued = true;
    unframed.add(stream);
    if (unframed.size() == 1) {
      vertx.setTimer(MEMORY_MILLIS, fired -> framedAgain());
    }
  }

  private void framedAgain() {
    List<Subscriber> waiting = unframed;
    unframed = new ArrayList<>();
    for (Subscriber stream : waiting) {
      stream.queued = false;
      transitions.resume(stream);
    }
  }

  /** One who cannot be served is told so, and the others go on. */
  private int tryStep(Subscriber stream) {
    try {
      context.probe().before(Probe.Step.CATCH_UP);
      return step(stream);
    } catch (NoRoom e) {
      awaitMemory(stream);
      return 0;
    } catch (Throwable e) {
      transitions.fail(stream, "serving a reader who is behind", e);
      return 0;
    }
  }

  /** Brings a reader on by a page at most; returns how many bytes were written. */
  private int step(Subscriber stream) {
    if (stream.isBlocked() || stream.state != Subscriber.State.BEHIND || transitions.join(stream)) {
      return 0;
    }
    if (!stream.isMidway() && seeker.pass(stream)) {
      goOn(stream);
      return 0;
    }
    Page held = log.held(stream.cursor);
    if (held != null) {
      return give(stream, held);
    }
    if (!stream.isMidway() && seeker.isWorthwhile(stream)) {
      stream.queued = true;
      seeker.ask(stream);
    } else {
      read(stream);
    }
    return 0;
  }

  @Override
  public void sought(Subscriber stream, boolean answered) {
    stream.queued = false;
    stream.isOverRemoved = false;
    if (stream.state == Subscriber.State.BEHIND && !stream.isBlocked()) {
      if (answered) {
        add(stream);
      } else {
        read(stream);
      }
    }
  }

  @Override
  public void notSought(Subscriber stream) {
    if (stream.isOverRemoved) {
      stream.isOverRemoved = false;
      stream.queued = false;
      transitions.retryLater(stream);
    } else {
      sought(stream, false);
    }
  }

  /** Lets a reader go: nobody waits for what the log is asked for it. */
  void leave(Subscriber stream) {
    seeker.leave(stream);
  }

  private void read(Subscriber stream) {
    stream.queued = true;
    log.read(stream.cursor)
        .onComplete(
            read -> {
              stream.queued = false;
              if (stream.state != Subscriber.State.BEHIND || stream.isBlocked()) {
                return;
              }
              if (read.succeeded() && read.result().to() > stream.cursor) {
                serve(stream, read.result());
              } else {
                transitions.retryLater(stream);
              }
            });
  }

  /**
   * Serves a reader whose page was read, in turn with the others who waited for it: they are too
   * many to be served at once.
   */
  private void serve(Subscriber stream, Page page) {
    if (log.held(stream.cursor) == null) {
      tryGive(stream, page);
    } else {
      add(stream);
    }
  }

  private int tryGive(Subscriber stream, Page page) {
    try {
      return give(stream, page);
    } catch (NoRoom e) {
      awaitMemory(stream);
      return 0;
    } catch (Throwable e) {
      transitions.fail(stream, "serving a reader who is behind", e);
      return 0;
    }
  }

  /** Writes what the reader wants of a page, up to the loop's head, as far as one write goes. */
  private int give(Subscriber stream, Page page) {
    long to = Math.min(page.to(), position.head());
    if (!stream.standsOn(page.lineage()) || !page.lineage().agrees(position.lineage(), to)) {
      // The log is another one now, or an older copy, and either this loop will hear of it, or it
      // has, and the page is of the log before.
      transitions.retryLater(stream);
      return 0;
    }
    if (page.earliest() > stream.cursor + 1) {
      return passRemoved(stream, page);
    }
    if (page.damaged()) {
      return tell(stream, page, Truncation.Reason.DAMAGED, to);
    }
    if (shares.known(stream.group, page) == null) {
      ask(stream, page);
      return 0;
    }
    context.probe().before(Probe.Step.CATCH_UP_FRAME);
    EncodedPage.Part part =
        frames.get(stream.group, page).part(stream.cursor, to, context.pending().mostAtOnce());
    if (stream.isMidway() && !stream.goesOnWith(part)) {
      return cutOff(stream);
    }
    stream.group.knownGap().pageGiven(part.events() > 0);
    if (part.events() == 0) {
      stream.moveTo(part.to(), page.lineage());
      goOn(stream);
      return 0;
    }
    stream.moveTo(write(stream, part), page.lineage());
    context.metrics().delivered(part.eventsUpTo(stream.cursor), part.bytesUpTo(stream.cursor));
    goOn(stream);
    return stream.writtenBytes();
  }

  /** Takes a reader over what was removed; it is told, unless nothing of its own was among that. */
  private int passRemoved(Subscriber stream, Page page) {
    if (stream.isMidway() || !seeker.mayHaveLostNothing(stream)) {
      return tell(stream, page, Truncation.Reason.EXPIRED, page.earliest() - 1);
    }
    if (seeker.pass(stream)) {
      goOn(stream);
    } else {
      stream.queued = true;
      stream.isOverRemoved = true;
      seeker.ask(stream);
    }
    return 0;
  }

  /** Ends a connection in the middle of an event whose rest is gone: its reader comes back. */
  private int cutOff(Subscriber stream) {
    transitions.leave(stream, CloseReason.SLOW);
    stream.reset();
    return 0;
  }

  private long write(Subscriber stream, EncodedPage.Part part) {
    try {
      context.probe().before(Probe.Step.CATCH_UP_WRITE);
      return stream.write(part);
    } catch (Throwable e) {
      // What it was given is not known any more.
      transitions.breakOff(stream, "writing to a reader who is behind", e);
      return stream.cursor;
    }
  }

  /**
   * Tells a reader what it loses, and moves it over that; returns how many bytes were written. In
   * the middle of an event that cannot be done.
   */
  private int tell(Subscriber stream, Page page, Truncation.Reason reason, long cursor) {
    if (stream.isMidway()) {
      return cutOff(stream);
    }
    Truncation lost = new Truncation(Optional.of(page.lineage().at(stream.cursor)), reason);
    Buffer word = ControlEvents.truncated(lost, page.lineage(), page.earliest(), cursor);
    stream.write(word);
    // Not before: who could not be told has not moved.
    stream.moveTo(cursor, page.lineage());
    goOn(stream);
    return word.length();
  }

  private void goOn(Subscriber stream) {
    if (!stream.isBlocked()) {
      add(stream);
    }
  }
}
