package dev.outpour.http;

import dev.outpour.auth.Caller;
import dev.outpour.broadcast.LocalLog;
import dev.outpour.broadcast.LogMessage.LogDescription;
import dev.outpour.metrics.Metrics;
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
 * that only rises: {@link LoopHead} serves who is live, {@link CatchUp} who is behind, and a reader
 * changes from one to the other in the turn in which its cursor equals the head. For use on the
 * event loop only.
 */
final class Audience {

  private static final long FRAME_CACHE_BYTES = 8L << 20;
  private static final long LAST_WORD_MILLIS = 1_000;

  private final Vertx vertx;
  private final Metrics metrics;
  private final long stallMillis;
  private final Map<Group.Want, Group> groups = new HashMap<>();
  private final TopicIndex index = new TopicIndex();
  private final Heartbeats heartbeats = new Heartbeats();
  private final Expiries expiries = new Expiries();
  private final Evictions evictions;
  private final Backlog backlog;
  private final LoopHead head;
  private final Arrivals arrivals;
  private final CatchUp catchUp;
  private final Notices notices;
  private final Mishaps mishaps = new Mishaps("Delivery");
  private final Probe probe;
  private final List<EventStream> ahead = new ArrayList<>();
  private @Nullable Buffer headPosition;

  /**
   * Begins with no readers.
   *
   * @param backlog what is framed and waits in sockets
   * @param stallMillis how long a reader may take nothing while something waits for it
   */
  Audience(Vertx vertx, LocalLog log, Metrics metrics, Backlog backlog, long stallMillis) {
    this(vertx, log, metrics, backlog, stallMillis, Probe.NONE);
  }

  /**
   * Begins with no readers.
   *
   * @param probe hears of each step of delivery
   */
  Audience(
      Vertx vertx, LocalLog log, Metrics metrics, Backlog backlog, long stallMillis, Probe probe) {
    FrameCache frames =
        new FrameCache(index, backlog, Math.min(FRAME_CACHE_BYTES, backlog.most() / 4));
    this.vertx = vertx;
    this.metrics = metrics;
    this.probe = probe;
    this.notices =
        new Notices(vertx, (stream, e) -> breakOff(stream, "telling a reader how the hub is", e));
    this.backlog = backlog;
    this.evictions = new Evictions(vertx, this);
    this.stallMillis = stallMillis;
    this.head = new LoopHead(vertx, log, this, index, frames);
    this.arrivals = new Arrivals(vertx, log, this);
    this.catchUp = new CatchUp(vertx, log, this, frames);
  }

  /** The log that is served; null while none is known. */
  @Nullable LogDescription log() {
    return head.log();
  }

  /** The number up to which the live readers have been given every match, or are in this sweep. */
  long head() {
    return head.number();
  }

  /** The lineage of the log that is served; not to be called while none is known. */
  Lineage lineage() {
    return head.lineage();
  }

  /** What is framed and waits in sockets. */
  Backlog backlog() {
    return backlog;
  }

  /** What hears of each step of delivery. */
  Probe probe() {
    return probe;
  }

  /** What went wrong in delivery. */
  Mishaps mishaps() {
    return mishaps;
  }

  int size() {
    return heartbeats.size();
  }

  /** Those who read what the hub itself tells. */
  Notices notices() {
    return notices;
  }

  /** How many readers want each of some topics, counted in slices. */
  Future<Map<Topic, Integer>> readersOf(Collection<Topic> topics) {
    return ReaderCount.of(vertx, index, topics);
  }

  /** All readers. */
  List<EventStream> streams() {
    return heartbeats.all();
  }

  /** All groups of readers. */
  Collection<Group> groups() {
    return groups.values();
  }

  /** The group of those who want the same; a new one if there is none yet. */
  Group group(Group.Want want) {
    return groups.computeIfAbsent(
        want,
        first -> {
          Group group = new Group(want);
          LogDescription log = head.log();
          if (log != null) {
            open(group, log);
          }
          return group;
        });
  }

  private void open(Group group, LogDescription log) {
    group.defaultTopic(log.defaultTopic());
    index.add(group);
  }

  /** Takes a reader in whose response has begun. */
  void enter(EventStream stream) {
    stream.group.enter();
    stream.enter(this);
    heartbeats.add(stream);
    if (stream.endMillis != Caller.NEVER) {
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
  Future<Boolean> hasEnded(Interest wanted, Start start, Object asker) {
    return arrivals.hasEnded(wanted, start, asker);
  }

  /** That the kernel has taken what a reader was given last. */
  void drained(EventStream stream) {
    try {
      if (stream.state == EventStream.State.LOCATING) {
        arrivals.drained(stream);
      } else {
        goOn(stream);
      }
    } catch (Throwable e) {
      fail(stream, "going on with a reader", e);
    }
  }

  /** Serves a reader who is behind, if its socket is free. */
  void goOn(EventStream stream) {
    if (stream.state == EventStream.State.BEHIND && !stream.isBlocked() && !join(stream)) {
      catchUp.add(stream);
    }
  }

  /** Comes back to a reader for whom the log could not be read. */
  void tryLater(EventStream stream) {
    arrivals.tryLater(stream);
  }

  /**
   * Makes a reader live, if its cursor is the head; or has it wait, if it is beyond. If nothing can
   * follow, its stream ends.
   *
   * @return whether it need not catch up
   */
  boolean join(EventStream stream) {
    if (stream.group.isOver(stream.cursor, firstEnd(stream))) {
      leave(stream, CloseReason.ENDED);
      stream.end(Buffer.buffer());
      return true;
    }
    if (stream.cursor < head()) {
      return false;
    }
    if (stream.cursor == head() && stream.standsOn(head.lineage())) {
      stream.state = EventStream.State.LIVE;
      stream.group.addLive(stream);
    } else {
      stream.state = EventStream.State.AHEAD;
      ahead.add(stream);
    }
    return true;
  }

  /**
   * From which number on an end counts for a reader: where its stream began before it, or where it
   * has not expired. Pages may show ends that have: their topics may be used again.
   */
  private long firstEnd(EventStream stream) {
    LogDescription log = head.log();
    return Math.min(stream.began + 1, log == null ? 0 : log.head().earliest());
  }

  /** Takes a live reader out of the sweeps: it has been given all up to a number and no more. */
  void fallBehind(EventStream stream, long cursor) {
    try {
      removeLive(stream);
      stream.moveTo(cursor, head.lineage());
      stream.state = EventStream.State.BEHIND;
      goOn(stream);
    } catch (Throwable e) {
      fail(stream, "having a reader fall behind", e);
    }
  }

  /** Ends a stream that cannot be served, and says so to its reader if that can be done. */
  void fail(EventStream stream, String doing, Throwable cause) {
    mishaps.add(doing, cause);
    try {
      close(stream, CloseReason.UNAVAILABLE);
    } catch (Throwable e) {
      breakOff(stream, "ending a stream that failed", e);
    }
  }

  /** Ends the connection of a reader of whom it is not known what was written to it. */
  void breakOff(EventStream stream, String doing, Throwable cause) {
    mishaps.add(doing, cause);
    mishaps.attempt("letting a reader go", () -> leave(stream, CloseReason.UNAVAILABLE));
    mishaps.attempt("ending a connection", stream::reset);
  }

  /** Sends a reader away to whom nothing was written: all that it wants has ended. */
  void decline(EventStream stream) {
    leave(stream, CloseReason.ENDED);
    stream.decline();
  }

  private void removeLive(EventStream stream) {
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
    List<EventStream> waiting = List.copyOf(ahead);
    ahead.clear();
    for (EventStream stream : waiting) {
      if (stream.state == EventStream.State.AHEAD) {
        stream.state = EventStream.State.BEHIND;
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
    groups.values().forEach(Group::forgetGap);
    groups.values().forEach(group -> group.keepEndsOf(lineage));
    for (EventStream stream : List.copyOf(ahead)) {
      if (stream.state == EventStream.State.AHEAD && !stream.isWithin(lineage)) {
        end(stream, CloseReason.UNAVAILABLE);
      }
    }
  }

  /** Ends one stream of many, whatever becomes of it. */
  void end(EventStream stream, CloseReason reason) {
    try {
      close(stream, reason);
    } catch (Throwable e) {
      breakOff(stream, "ending a stream", e);
    }
  }

  /** Takes in that the log has grown, or has become known. */
  void grown() {
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
      groups.values().forEach(Group::forgetGap);
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
  void tick() {
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
      headPosition = EventFormat.position(head.lineage().at(head()));
    }
    return headPosition;
  }

  private void beat(EventStream stream) {
    try {
      if (!stream.isClosed()) {
        probe.before(Probe.Step.BEAT);
        visit(stream);
      }
    } catch (Throwable e) {
      breakOff(stream, "coming by a reader", e);
    }
  }

  private void visit(EventStream stream) {
    if (stream.isSilent()) {
      leave(stream, CloseReason.GONE);
      stream.reset();
    } else if (stream.isBlocked()) {
      if (stream.stalledMillis(Budget.nowMillis()) > stallMillis) {
        close(stream, CloseReason.SLOW);
      }
    } else if (stream.isMidway()) {
      // It waits for the rest of an event, into which nothing can be written.
      return;
    } else if (stream.state == EventStream.State.LOCATING
        || stream.state == EventStream.State.ASIDE) {
      stream.write(stream.begun ? EventFormat.silence() : Words.waiting(stream.asked()));
    } else if (stream.state == EventStream.State.LIVE) {
      stream.write(headPosition());
      if (stream.isBlocked()) {
        fallBehind(stream, head());
      }
    } else {
      stream.write(EventFormat.position(stream.position()));
    }
  }

  /** Ends the streams of those whose tokens have expired. */
  void endExpired(long nowMillis) {
    if (!evictions.areUnderWay()) {
      evictions.end(expiries.due(nowMillis), CloseReason.EXPIRED);
    }
  }

  /** Ends the streams of those whose tokens or keys are revoked. */
  void endRevoked(Set<String> revoked) {
    evictions.end(
        streams().stream()
            .filter(stream -> stream.caller.revocableAs().filter(revoked::contains).isPresent())
            .toList(),
        CloseReason.REVOKED);
  }

  /** Lets go of what is held for readers; there are none any more. */
  void close() {
    head.close();
  }

  /** Ends a stream: tells why, and does not wait for a reader who takes nothing. */
  void close(EventStream stream, CloseReason reason) {
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
    stream.end(Words.closing(reason, given));
    if (stream.isWaiting()) {
      vertx.setTimer(LAST_WORD_MILLIS, fired -> giveUp(stream));
    }
  }

  /** Up to where a stream was given all; before it has begun, the position it came with. */
  private Optional<Position> givenTo(EventStream stream) {
    return switch (stream.state) {
      case LIVE -> Optional.of(head.givenTo(stream));
      case BEHIND, AHEAD -> Optional.of(stream.position());
      case LOCATING -> stream.asked();
      case ASIDE, CLOSED -> Optional.empty();
    };
  }

  private static void giveUp(EventStream stream) {
    if (stream.isWaiting()) {
      stream.reset();
    }
  }

  /** Lets a reader go whose connection has ended. */
  void leave(EventStream stream, CloseReason reason) {
    if (stream.isClosed()) {
      return;
    }
    if (stream.state == EventStream.State.LIVE) {
      removeLive(stream);
    } else if (stream.state == EventStream.State.ASIDE) {
      notices.leave(stream);
    }
    stream.state = EventStream.State.CLOSED;
    arrivals.leave(stream);
    catchUp.leave(stream);
    heartbeats.remove(stream);
    stream.seat.leave(reason);
    if (stream.endMillis != Caller.NEVER) {
      expiries.remove(stream);
    }
    Group group = stream.group;
    if (group.exit()) {
      groups.remove(group.want(), group);
      index.remove(group);
      catchUp.forget(group);
    }
    metrics.readerClosed(reason.word());
  }
}
