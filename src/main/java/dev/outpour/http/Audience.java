package dev.outpour.http;

import dev.outpour.broadcast.LocalLog;
import dev.outpour.broadcast.LogMessage.LogDescription;
import dev.outpour.metrics.Metrics;
import dev.outpour.update.Located;
import dev.outpour.update.Page;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The readers of one event loop, and how far the loop has come in the log.
 *
 * <p>A page that is new is swept over those who are live; who is behind is served by {@link
 * CatchUp} and becomes live in the turn in which its cursor equals the loop's head. Every reader
 * gets every match once and in the order of the log, since each has one cursor and that only rises.
 * For use on the event loop only.
 */
final class Audience {

  private static final long FRAME_CACHE_BYTES = 8L << 20;
  private static final long RETRY_MILLIS = 500;

  /** How long the first block waits for a position, so that it can name it. */
  private static final long PATIENCE_MILLIS = 250;

  private static final long LAST_WORD_MILLIS = 1_000;

  private final Vertx vertx;
  private final LocalLog log;
  private final Metrics metrics;
  private final long stallMillis;
  private final Map<Group.Want, Group> groups = new HashMap<>();
  private final TopicIndex index = new TopicIndex();
  private final FrameCache frames = new FrameCache(FRAME_CACHE_BYTES);
  private final Heartbeats heartbeats = new Heartbeats();
  private final CatchUp catchUp;
  private final List<EventStream> ahead = new ArrayList<>();
  private List<EventStream> later = new ArrayList<>();
  private @Nullable LogDescription known;
  private long head;
  private @Nullable Sweep sweep;
  private boolean sweeping;
  private int dueTicks;

  /**
   * @param stallMillis how long a reader may take nothing while something waits for it
   */
  Audience(Vertx vertx, LocalLog log, Metrics metrics, long stallMillis) {
    this.vertx = vertx;
    this.log = log;
    this.metrics = metrics;
    this.stallMillis = stallMillis;
    this.catchUp = new CatchUp(vertx, log, this, frames);
  }

  /** The number up to which the live readers have been given every match, or are in this sweep. */
  long head() {
    return head;
  }

  int size() {
    return heartbeats.size();
  }

  /** All readers. */
  List<EventStream> streams() {
    return heartbeats.all();
  }

  /** The group of those who want the same; a new one if there is none yet. */
  Group group(Group.Want want) {
    Group group = groups.get(want);
    if (group == null) {
      group = new Group(want);
      groups.put(want, group);
      if (known != null) {
        group.defaultTopic(known.defaultTopic());
        index.add(group);
      }
    }
    return group;
  }

  /** Takes a reader in whose response has begun. */
  void enter(EventStream stream) {
    stream.group.enter();
    stream.drainHandler(() -> drained(stream));
    heartbeats.add(stream);
    metrics.readerOpened();
    locate(stream);
  }

  private void locate(EventStream stream) {
    Future<Located> located =
        known == null
            ? Future.failedFuture("The log is not known yet")
            : log.locate(stream.start, stream.group.interest());
    if (located.succeeded()) {
      begin(stream, located.result());
      return;
    }
    if (!stream.begun && !located.isComplete()) {
      vertx.setTimer(PATIENCE_MILLIS, fired -> greet(stream));
    }
    located.onSuccess(found -> begin(stream, found)).onFailure(failure -> await(stream));
  }

  /** The log cannot be asked: the reader is connected all the same, and served when it can. */
  private void await(EventStream stream) {
    greet(stream);
    tryLater(stream);
  }

  /** Writes something to a reader of whom it is not known yet where it begins. */
  private void greet(EventStream stream) {
    if (stream.state == EventStream.State.LOCATING && !stream.begun) {
      stream.write(Words.waiting());
    }
  }

  private void begin(EventStream stream, Located located) {
    if (stream.state != EventStream.State.LOCATING) {
      return;
    }
    if (known == null || !known.logId().equals(located.head().logId())) {
      await(stream);
    } else if (stream.isBlocked()) {
      stream.located = located;
    } else {
      stream.cursor = located.cursor();
      stream.state = EventStream.State.BEHIND;
      stream.write(Words.first(located, stream.start, stream.begun));
      goOn(stream);
    }
  }

  /** That the kernel has taken what a reader was given last. */
  void drained(EventStream stream) {
    stream.drained();
    if (stream.state == EventStream.State.LOCATING && stream.located != null) {
      begin(stream, stream.located);
    } else {
      goOn(stream);
    }
  }

  private void goOn(EventStream stream) {
    if (stream.state == EventStream.State.BEHIND && !stream.isBlocked() && !join(stream)) {
      catchUp.add(stream);
    }
  }

  /** Makes a reader live, if its cursor is the head; or has it wait, if it is beyond. */
  boolean join(EventStream stream) {
    if (stream.cursor < head) {
      return false;
    }
    if (stream.cursor == head) {
      stream.state = EventStream.State.LIVE;
      stream.group.addLive(stream);
    } else {
      stream.state = EventStream.State.AHEAD;
      ahead.add(stream);
    }
    return true;
  }

  /** Takes a live reader out of the sweeps: it has been given all up to a number and no more. */
  void fallBehind(EventStream stream, long cursor) {
    removeLive(stream);
    stream.cursor = cursor;
    stream.state = EventStream.State.BEHIND;
    goOn(stream);
  }

  private void removeLive(EventStream stream) {
    stream.group.removeLive(stream);
    if (sweep == null) {
      stream.group.compact();
    }
  }

  /** Comes back to a reader for whom the log could not be asked. */
  void tryLater(EventStream stream) {
    if (later.isEmpty()) {
      vertx.setTimer(RETRY_MILLIS, fired -> retry());
    }
    later.add(stream);
  }

  private void retry() {
    List<EventStream> waiting = later;
    later = new ArrayList<>();
    for (EventStream stream : waiting) {
      if (stream.state == EventStream.State.LOCATING) {
        locate(stream);
      } else {
        goOn(stream);
      }
    }
  }

  /** Takes in that the log has grown, or has become known. */
  void grown() {
    LogDescription now = log.description();
    if (now == null) {
      return;
    }
    if (known == null || !known.logId().equals(now.logId()) || now.head().last() < head) {
      replace(now);
    } else if (!sweeping) {
      sweepOn();
    }
  }

  private void replace(LogDescription now) {
    boolean first = known == null;
    known = now;
    head = now.head().last();
    sweep = null;
    frames.clear();
    if (first) {
      for (Group group : groups.values()) {
        group.defaultTopic(now.defaultTopic());
        index.add(group);
      }
    } else {
      // They come back with a position of the other log, and are told so.
      streams().stream()
          .filter(stream -> stream.state != EventStream.State.LOCATING)
          .forEach(stream -> close(stream, CloseReason.UNAVAILABLE));
    }
  }

  private void sweepOn() {
    sweeping = false;
    Budget budget = new Budget();
    while (!budget.isSpent()) {
      if (sweep == null) {
        sweep = nextSweep();
      }
      if (sweep == null) {
        return;
      }
      budget.spend(sweep.run(budget));
      if (sweep.isDone()) {
        finishSweep(sweep);
      }
    }
    sweeping = true;
    vertx.runOnContext(turn -> sweepOn());
  }

  private @Nullable Sweep nextSweep() {
    LogDescription now = log.description();
    if (now == null || known == null || !known.logId().equals(now.logId())) {
      return null;
    }
    known = now;
    long last = now.head().last();
    if (head >= last) {
      return null;
    }
    long from = head;
    Page page = log.held(from);
    if (page == null) {
      // This loop was held up for longer than pages are held: its readers read for themselves.
      head = last;
      allLive().forEach(stream -> fallBehind(stream, from));
      settleAhead();
      return null;
    }
    head = Math.min(page.to(), last);
    return new Sweep(this, frames, index, page, from, head);
  }

  private List<EventStream> allLive() {
    return streams().stream().filter(each -> each.state == EventStream.State.LIVE).toList();
  }

  private void finishSweep(Sweep done) {
    sweep = null;
    done.close();
    settleAhead();
    for (; dueTicks > 0; dueTicks--) {
      heartbeats.tick(this::beat);
    }
  }

  private void settleAhead() {
    if (ahead.isEmpty()) {
      return;
    }
    List<EventStream> waiting = List.copyOf(ahead);
    ahead.clear();
    for (EventStream stream : waiting) {
      if (stream.state == EventStream.State.AHEAD) {
        stream.state = EventStream.State.BEHIND;
        goOn(stream);
      }
    }
  }

  /** Counts events that were handed to sockets. */
  void delivered(int events) {
    metrics.delivered(events);
  }

  /**
   * Moves the wheel on. In the middle of a sweep some live readers have been given its page and
   * some have not, so that no id can be said for all: the tick waits for the sweep's end.
   */
  void tick() {
    dueTicks++;
    if (sweep == null) {
      dueTicks--;
      heartbeats.tick(this::beat);
    }
  }

  private void beat(EventStream stream) {
    if (stream.isClosed()) {
      return;
    }
    if (stream.isBlocked()) {
      if (stream.stalledMillis(Budget.nowMillis()) > stallMillis) {
        close(stream, CloseReason.SLOW);
      }
      return;
    }
    LogDescription log = known;
    if (log == null || stream.state == EventStream.State.LOCATING) {
      stream.write(stream.begun ? EventFormat.silence() : Words.waiting());
      return;
    }
    boolean live = stream.state == EventStream.State.LIVE;
    long cursor = live ? head : stream.cursor;
    boolean taken = stream.write(EventFormat.position(log.head().lineage().at(cursor)));
    if (live && !taken) {
      fallBehind(stream, cursor);
    }
  }

  /** Ends a stream: tells why, and does not wait for a reader who takes nothing. */
  void close(EventStream stream, CloseReason reason) {
    if (stream.isClosed()) {
      return;
    }
    boolean blocked = stream.isBlocked();
    leave(stream, reason);
    stream.end(Words.closing(reason));
    if (blocked) {
      vertx.setTimer(LAST_WORD_MILLIS, fired -> stream.reset());
    }
  }

  /** Lets a reader go whose connection has ended. */
  void leave(EventStream stream, CloseReason reason) {
    if (stream.isClosed()) {
      return;
    }
    if (stream.state == EventStream.State.LIVE) {
      removeLive(stream);
    }
    stream.state = EventStream.State.CLOSED;
    heartbeats.remove(stream);
    metrics.readerClosed(reason.word());
    Group group = stream.group;
    if (group.exit()) {
      groups.remove(group.want(), group);
      index.remove(group);
    }
  }
}
