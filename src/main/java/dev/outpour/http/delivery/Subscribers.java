package dev.outpour.http.delivery;

import dev.outpour.auth.Caller;
import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.http.interest.TopicCounts;
import dev.outpour.http.interest.TopicIndex;
import dev.outpour.http.stream.ControlEvents;
import dev.outpour.http.stream.PendingWrites;
import dev.outpour.log.LocalLog;
import dev.outpour.logging.FailureLog;
import dev.outpour.loop.TurnBudget;
import dev.outpour.metrics.CloseReason;
import dev.outpour.metrics.Metrics;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Interest;
import dev.outpour.update.Lineage;
import dev.outpour.update.Position;
import dev.outpour.update.Start;
import dev.outpour.update.Topic;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The readers of one event loop: who they are, what they want, and where each stands towards the
 * loop's head.
 *
 * <p>Every reader gets every match once and in the order of the log, since each has one cursor and
 * that only rises: {@link LiveDelivery} serves who is live, {@link CatchUp} who is behind, and a
 * reader changes from one to the other in the turn in which its cursor equals the head. For use on
 * the event loop only.
 */
public final class Subscribers implements Subscriber.Owner {

  private static final long FRAME_CACHE_BYTES = 8L << 20;
  private static final long LAST_WORD_MILLIS = 1_000;

  private final Vertx vertx;
  private final Metrics metrics;
  private final long stallMillis;
  private final Map<InterestGroup.Want, InterestGroup> groups = new HashMap<>();
  private final TopicIndex<InterestGroup> index = new TopicIndex<>();
  private final Heartbeats heartbeats = new Heartbeats();
  private final ExpiryQueue expiries = new ExpiryQueue();
  private final Evictions evictions;
  private final PendingWrites backlog;
  private final LiveDelivery head;
  private final StartLocator arrivals;
  private final CatchUp catchUp;
  private final SystemSubscribers notices;
  private final FailureLog mishaps = new FailureLog("Delivery");
  private final Probe probe;
  private final List<Subscriber> ahead = new ArrayList<>();
  private @Nullable Buffer headPosition;

  /**
   * Begins with no readers.
   *
   * @param backlog what is framed and waits in sockets
   * @param stallMillis how long a reader may take nothing while something waits for it
   */
  public Subscribers(
      Vertx vertx, LocalLog log, Metrics metrics, PendingWrites backlog, long stallMillis) {
    this(vertx, log, metrics, backlog, stallMillis, Probe.NONE);
  }

  /**
   * Begins with no readers.
   *
   * @param probe hears of each step of delivery
   */
  Subscribers(
      Vertx vertx,
      LocalLog log,
      Metrics metrics,
      PendingWrites backlog,
      long stallMillis,
      Probe probe) {
    EncodedPageCache frames =
        new EncodedPageCache(index, backlog, Math.min(FRAME_CACHE_BYTES, backlog.most() / 4));
    this.vertx = vertx;
    this.metrics = metrics;
    this.probe = probe;
    this.notices =
        new SystemSubscribers(
            vertx, (stream, e) -> breakOff(stream, "telling a reader how the hub is", e));
    this.backlog = backlog;
    this.evictions = new Evictions(vertx, this);
    this.stallMillis = stallMillis;
    this.head = new LiveDelivery(vertx, log, this, index, frames);
    this.arrivals = new StartLocator(vertx, log, this);
    this.catchUp = new CatchUp(vertx, log, this, frames);
  }

  /** The log that is served; null while none is known. */
  @Nullable
  public LogDescription log() {
    return head.log();
  }

  /** The number up to which the live readers have been given every match, or are in this sweep. */
  public long head() {
    return head.number();
  }

  /** The lineage of the log that is served; not to be called while none is known. */
  public Lineage lineage() {
    return head.lineage();
  }

  /** What is framed and waits in sockets. */
  PendingWrites backlog() {
    return backlog;
  }

  /** What hears of each step of delivery. */
  Probe probe() {
    return probe;
  }

  /** What went wrong in delivery. */
  FailureLog mishaps() {
    return mishaps;
  }

  public int size() {
    return heartbeats.size();
  }

  /** Those who read what the hub itself tells. */
  public SystemSubscribers notices() {
    return notices;
  }

  /** How many readers want each of some topics, counted in slices. */
  public Future<Map<Topic, Integer>> readersOf(Collection<Topic> topics) {
    return TopicCounts.of(vertx, index, topics);
  }

  /** All readers. */
  public List<Subscriber> streams() {
    return heartbeats.all();
  }

  /** All groups of readers. */
  public Collection<InterestGroup> groups() {
    return groups.values();
  }

  /** The group of those who want the same; a new one if there is none yet. */
  public InterestGroup group(InterestGroup.Want want) {
    return groups.computeIfAbsent(
        want,
        first -> {
          InterestGroup group = new InterestGroup(want);
          LogDescription log = head.log();
          if (log != null) {
            open(group, log);
          }
          return group;
        });
  }

  private void open(InterestGroup group, LogDescription log) {
    group.defaultTopic(log.defaultTopic());
    index.add(group);
  }

  /** Takes a reader in whose response has begun. */
  public void enter(Subscriber stream) {
    stream.group.enter();
    stream.enter(this);
    heartbeats.add(stream);
    if (stream.admitted.endMillis() != Caller.NEVER) {
      expiries.add(stream);
    }
    metrics.readerOpened();
    if (stream.group.want().interest().isReserved()) {
      notices.enter(stream);
    } else {
      arrivals.locate(stream);
    }
  }

  /** Whether a reader of these would be sent away, since all that it wants has ended. */
  public Future<Boolean> hasEnded(Interest wanted, Start start, Object asker) {
    return arrivals.hasEnded(wanted, start, asker);
  }

  @Override
  public void drained(Subscriber stream) {
    try {
      if (stream.state == Subscriber.State.LOCATING) {
        arrivals.drained(stream);
      } else {
        goOn(stream);
      }
    } catch (Throwable e) {
      fail(stream, "going on with a reader", e);
    }
  }

  /** Serves a reader who is behind, if its socket is free. */
  void goOn(Subscriber stream) {
    if (stream.state == Subscriber.State.BEHIND && !stream.isBlocked() && !join(stream)) {
      catchUp.add(stream);
    }
  }

  /** Comes back to a reader for whom the log could not be read. */
  void tryLater(Subscriber stream) {
    arrivals.tryLater(stream);
  }

  /**
   * Makes a reader live, if its cursor is the head; or has it wait, if it is beyond. If nothing can
   * follow, its stream ends.
   *
   * @return whether it need not catch up
   */
  boolean join(Subscriber stream) {
    if (stream.group.isOver(stream.cursor, firstEnd(stream))) {
      leave(stream, CloseReason.ENDED);
      stream.end(Buffer.buffer());
      return true;
    }
    if (stream.cursor < head()) {
      return false;
    }
    if (stream.cursor == head() && stream.standsOn(head.lineage())) {
      stream.state = Subscriber.State.LIVE;
      stream.group.addLive(stream);
    } else {
      stream.state = Subscriber.State.AHEAD;
      ahead.add(stream);
    }
    return true;
  }

  /**
   * From which number on an end counts for a reader: where its stream began before it, or where it
   * has not expired. Pages may show ends that have: their topics may be used again.
   */
  private long firstEnd(Subscriber stream) {
    LogDescription log = head.log();
    return Math.min(stream.began + 1, log == null ? 0 : log.head().earliest());
  }

  /** Takes a live reader out of the sweeps: it has been given all up to a number and no more. */
  void fallBehind(Subscriber stream, long cursor) {
    try {
      removeLive(stream);
      stream.moveTo(cursor, head.lineage());
      stream.state = Subscriber.State.BEHIND;
      goOn(stream);
    } catch (Throwable e) {
      fail(stream, "having a reader fall behind", e);
    }
  }

  /** Ends a stream that cannot be served, and says so to its reader if that can be done. */
  void fail(Subscriber stream, String doing, Throwable cause) {
    mishaps.add(doing, cause);
    try {
      close(stream, CloseReason.UNAVAILABLE);
    } catch (Throwable e) {
      breakOff(stream, "ending a stream that failed", e);
    }
  }

  /** Ends the connection of a reader of whom it is not known what was written to it. */
  void breakOff(Subscriber stream, String doing, Throwable cause) {
    mishaps.add(doing, cause);
    mishaps.attempt("letting a reader go", () -> leave(stream, CloseReason.UNAVAILABLE));
    mishaps.attempt("ending a connection", stream::reset);
  }

  /** Sends a reader away to whom nothing was written: all that it wants has ended. */
  void decline(Subscriber stream) {
    leave(stream, CloseReason.ENDED);
    stream.decline();
  }

  private void removeLive(Subscriber stream) {
    stream.group.removeLive(stream);
    if (!head.isSweeping()) {
      stream.group.compact();
    }
  }

  /** Looks again at those who were ahead, now that the head has moved. */
  void settleAhead() {
    if (ahead.isEmpty()) {
      return;
    }
    List<Subscriber> waiting = List.copyOf(ahead);
    ahead.clear();
    for (Subscriber stream : waiting) {
      if (stream.state == Subscriber.State.AHEAD) {
        stream.state = Subscriber.State.BEHIND;
        drained(stream);
      }
    }
  }

  /**
   * Forgets what was known beyond the head, now that the log was opened anew, and looks again at
   * those who were ahead: where it went another way than they did, as a restored backup does, they
   * come back, and are told so.
   */
  void openedAnew(Lineage lineage) {
    groups.values().forEach(InterestGroup::forgetGap);
    groups.values().forEach(group -> group.keepEndsOf(lineage));
    for (Subscriber stream : List.copyOf(ahead)) {
      if (stream.state == Subscriber.State.AHEAD && !stream.isWithin(lineage)) {
        end(stream, CloseReason.UNAVAILABLE);
      }
    }
  }

  /** Ends one stream of many, whatever becomes of it. */
  void end(Subscriber stream, CloseReason reason) {
    try {
      close(stream, reason);
    } catch (Throwable e) {
      breakOff(stream, "ending a stream", e);
    }
  }

  /** Takes in that the log has grown, or has become known. */
  public void grown() {
    head.grown();
  }

  /** Ends all who read a log of which another takes the place: they come back, and are told so. */
  void logReplaced() {
    streams().stream()
        .filter(stream -> stream.lineage != null)
        .forEach(stream -> end(stream, CloseReason.UNAVAILABLE));
  }

  /** Goes over to a log. */
  void logChanged(LogDescription log, boolean first) {
    if (first) {
      groups.values().forEach(group -> open(group, log));
    } else {
      groups.values().forEach(InterestGroup::forgetGap);
      groups.values().forEach(group -> group.keepEndsOf(log.head().lineage()));
    }
  }

  /** Counts events that were handed to sockets. */
  void delivered(int events, long bytes) {
    metrics.delivered(events, bytes);
  }

  /** Counts events that have come to readers who are live, and how long that took. */
  void deliveredAfter(long nanos, long events) {
    metrics.deliveredAfter(nanos, events);
  }

  /** Moves the wheel of heartbeats on, as soon as no sweep is under way. */
  public void tick() {
    head.tick();
  }

  /** Comes by the readers of the next slot of the wheel; no sweep is under way. */
  void beat() {
    headPosition = null;
    heartbeats.tick(this::beat);
  }

  /** The heartbeat of those who are live: the same for all whom the wheel comes by in one turn. */
  private Buffer headPosition() {
    if (headPosition == null) {
      headPosition = EventEncoder.position(head.lineage().at(head()));
    }
    return headPosition;
  }

  private void beat(Subscriber stream) {
    try {
      if (!stream.isClosed()) {
        probe.before(Probe.Step.BEAT);
        visit(stream);
      }
    } catch (Throwable e) {
      breakOff(stream, "coming by a reader", e);
    }
  }

  private void visit(Subscriber stream) {
    if (stream.isSilent()) {
      leave(stream, CloseReason.GONE);
      stream.reset();
    } else if (stream.isBlocked()) {
      if (stream.stalledMillis(TurnBudget.nowMillis()) > stallMillis) {
        close(stream, CloseReason.SLOW);
      }
    } else if (stream.isMidway()) {
      // It waits for the rest of an event, into which nothing can be written.
      return;
    } else if (stream.state == Subscriber.State.LOCATING
        || stream.state == Subscriber.State.ASIDE) {
      stream.write(stream.begun ? EventEncoder.silence() : ControlEvents.waiting(stream.asked()));
    } else if (stream.state == Subscriber.State.LIVE) {
      stream.write(headPosition());
      if (stream.isBlocked()) {
        fallBehind(stream, head());
      }
    } else {
      stream.write(EventEncoder.position(stream.position()));
    }
  }

  /** Ends the streams of those whose tokens have expired. */
  public void endExpired(long nowMillis) {
    if (!evictions.areUnderWay()) {
      evictions.end(expiries.due(nowMillis), CloseReason.EXPIRED);
    }
  }

  /** Ends the streams of those whose tokens or keys are revoked. */
  public void endRevoked(Set<String> revoked) {
    evictions.end(
        streams().stream()
            .filter(stream -> stream.caller().revocableAs().filter(revoked::contains).isPresent())
            .toList(),
        CloseReason.REVOKED);
  }

  /** Lets go of what is held for readers; there are none any more. */
  public void close() {
    head.close();
  }

  /** Ends a stream: tells why, and does not wait for a reader who takes nothing. */
  public void close(Subscriber stream, CloseReason reason) {
    if (stream.isClosed()) {
      return;
    }
    Optional<Position> given = givenTo(stream);
    leave(stream, reason);
    if (stream.isMidway()) {
      // Nothing can be told in the middle of an event: it has some time for what is on its way.
      vertx.setTimer(LAST_WORD_MILLIS, fired -> stream.reset());
      return;
    }
    stream.end(ControlEvents.closing(reason, given));
    if (stream.isWaiting()) {
      vertx.setTimer(LAST_WORD_MILLIS, fired -> giveUp(stream));
    }
  }

  /** Up to where a stream was given all; before it has begun, the position it came with. */
  private Optional<Position> givenTo(Subscriber stream) {
    return switch (stream.state) {
      case LIVE -> Optional.of(head.givenTo(stream));
      case BEHIND, AHEAD -> Optional.of(stream.position());
      case LOCATING -> stream.asked();
      case ASIDE, CLOSED -> Optional.empty();
    };
  }

  private static void giveUp(Subscriber stream) {
    if (stream.isWaiting()) {
      stream.reset();
    }
  }

  @Override
  public void leave(Subscriber stream, CloseReason reason) {
    if (stream.isClosed()) {
      return;
    }
    if (stream.state == Subscriber.State.LIVE) {
      removeLive(stream);
    } else if (stream.state == Subscriber.State.ASIDE) {
      notices.leave(stream);
    }
    stream.state = Subscriber.State.CLOSED;
    arrivals.leave(stream);
    catchUp.leave(stream);
    heartbeats.remove(stream);
    stream.admitted.closed().accept(reason);
    if (stream.admitted.endMillis() != Caller.NEVER) {
      expiries.remove(stream);
    }
    InterestGroup group = stream.group;
    if (group.exit()) {
      groups.remove(group.want(), group);
      index.remove(group);
      catchUp.forget(group);
    }
    metrics.readerClosed(reason.word());
  }
}
