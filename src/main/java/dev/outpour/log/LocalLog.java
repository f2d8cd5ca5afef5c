package dev.outpour.log;

import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.bus.MessageBus;
import dev.outpour.history.History.Retained;
import dev.outpour.loop.PerVertx;
import dev.outpour.metrics.Metrics;
import dev.outpour.metrics.PrometheusMetrics;
import dev.outpour.update.Batch;
import dev.outpour.update.Gap;
import dev.outpour.update.Interest;
import dev.outpour.update.LogHead;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Refusal;
import dev.outpour.update.Start;
import dev.outpour.update.StartPosition;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.Shareable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A process's view of the log: how far it has grown, the pages held here, and who is told when it
 * grows. There is one per Vert.x.
 *
 * <p>In the process that owns the log, the ingest verticle feeds it; elsewhere {@link LogFollower}
 * does. Readers see no difference. Its head is never ahead of the log's own and may be behind. It
 * may be used from any thread.
 */
public final class LocalLog implements LogFollower.View, Shareable {

  private static final long DEFAULT_CACHE_BYTES = 64L << 20;

  private static final long TELL_AGAIN_MILLIS = 100;

  /** The asker of the process's own questions. */
  private static final Object OWN = "own";

  private static final Refusal REPLACED =
      Refusal.unavailable("The log was opened anew while it was read");

  private static final Refusal UNKNOWN = Refusal.unavailable("The log is not known yet");

  private final VertxInternal vertx;
  private final MessageBus bus;
  private final Metrics metrics;
  private final LogTail tail;
  private final PageLoader loader;
  private final List<GrowthSignal> signals = new CopyOnWriteArrayList<>();
  private final LogHealth health = new LogHealth();
  private final LogMeters meters;
  private final LogQueries queries;
  private final LogOwner owner;
  private final LogFollower follower;

  private LocalLog(Vertx vertx) {
    PrometheusMetrics prometheus = PrometheusMetrics.of(vertx);
    this.vertx = (VertxInternal) vertx;
    this.bus = new MessageBus(vertx);
    this.metrics = prometheus;
    this.queries = new LogQueries(vertx, bus, prometheus);
    this.tail = new LogTail(DEFAULT_CACHE_BYTES, queries::ownerChanged);
    this.loader = new PageLoader(tail.cache(), tail::keep, this::readFromOwner);
    this.owner = new LogOwner(this.vertx, bus, queries);
    this.follower = new LogFollower(this.vertx, bus, this, health, System::nanoTime);
    this.meters =
        new LogMeters(
            prometheus.registry(),
            this::description,
            this::retained,
            tail.cache()::bytes,
            queries::open);
  }

  /** The log's measures. */
  public LogMeters meters() {
    return meters;
  }

  private long damaged() {
    Retained known = retained();
    return known == null ? 0 : known.damaged();
  }

  /**
   * What of the log is lost to damage; empty if nothing is known to be, or if another process owns
   * it.
   *
   * @return a sentence for the operator, which strangers may see
   */
  public Optional<String> damage() {
    long lost = damaged();
    return lost == 0
        ? Optional.empty()
        : Optional.of(lost + " updates in the log's file are damaged and cannot be delivered");
  }

  /** The one of this Vert.x. */
  public static LocalLog of(Vertx vertx) {
    return PerVertx.get(vertx, LocalLog.class, () -> new LocalLog(vertx));
  }

  /** The messages of this Vert.x. */
  public MessageBus bus() {
    return bus;
  }

  /** When the newest updates were accepted; for another process's log, when they arrived here. */
  public CommitTimes acceptances() {
    return tail.commitTimes();
  }

  /** Whether the log takes updates, as far as is known here. */
  public LogHealth health() {
    return health;
  }

  /** Sets how many bytes of pages are held. */
  public void limitPages(long mostBytes) {
    tail.cache().limit(mostBytes);
  }

  /** The log as it is known here; null while nothing is. */
  @Override
  public @Nullable LogDescription description() {
    return tail.description();
  }

  /**
   * Begins to serve a log that this process owns, on the caller's event loop.
   *
   * @param append appends from any thread; its futures complete on the caller's context
   * @param retained tells from any thread how much the log retains
   */
  public void own(
      LogDescription log,
      Function<List<Batch>, Future<List<Outcome>>> append,
      Supplier<Retained> retained) {
    follower.forbid();
    owner.begin(append, retained);
    health.works();
    replace(log);
  }

  /** Stops serving a log that this process owned; it follows again, if that was asked for. */
  public void disown() {
    owner.end();
    queries.ownerChanged();
    health.fails("The ingest verticle of this process has stopped");
    follower.permit();
  }

  /** How much the log retains; null where another process owns it. */
  public @Nullable Retained retained() {
    return owner.retained();
  }

  /** Where groups are appended, as seen from an event loop of this process. */
  public PublishQueue.Owner appendedBy() {
    LogDescription log = description();
    if (!owner.isHere() || log == null) {
      return PublishQueue.Owner.FAR;
    }
    // An append to memory waits for no disk.
    return log.durable() ? PublishQueue.Owner.NEAR : PublishQueue.Owner.HERE;
  }

  /** Whether the caller runs on the event loop of the log's owner. */
  public boolean isOnOwnersLoop() {
    return owner.isOnItsLoop();
  }

  /**
   * Begins to follow the log of another process, unless this process owns it or follows it already.
   */
  public void follow() {
    follower.start();
  }

  /** Takes in what the log has grown by, and tells all listeners. */
  @Override
  public void grow(LogDescription log, Page page) {
    takeIn(log, page, System.nanoTime());
    tell();
  }

  /**
   * Takes in what the log has grown by; to be followed by {@link #tell}.
   *
   * @param accepted when the first update of it was accepted, by {@link System#nanoTime}
   */
  public void takeIn(LogDescription log, Page page, long accepted) {
    if (tail.takeIn(log, page, accepted)) {
      tell();
    }
  }

  /**
   * Takes in where the log stands after a failed append: it may hold more than was told, which
   * subscribers then get from its owner.
   */
  public void settle(LogDescription log) {
    if (tail.settle(log)) {
      tell();
    }
  }

  private void replace(LogDescription log) {
    tail.replace(log);
    tell();
  }

  /**
   * Tells all listeners that there is something new; those that could not be told are told soon.
   */
  public void tell() {
    boolean all = true;
    for (GrowthSignal signal : signals) {
      all &= signal.ring();
    }
    if (!all) {
      vertx.setTimer(TELL_AGAIN_MILLIS, fired -> tell());
    }
  }

  /**
   * Calls a handler, on the caller's context, when the log has grown: once for any number of
   * growths that it has not seen yet.
   */
  public Future<GrowthSignal> onGrowth(Runnable handler) {
    GrowthSignal signal = new GrowthSignal(bus, signals::remove);
    return signal
        .listen(vertx, handler)
        .map(
            listening -> {
              signals.add(signal);
              return signal;
            });
  }

  /**
   * Appends to the log that is known here, and to no other.
   *
   * @return an outcome for each batch, in order; fails with a refusal, see {@link MessageBus}
   */
  public Future<List<Outcome>> append(List<Batch> batches) {
    LogDescription log = description();
    return owner.append(Optional.ofNullable(log).map(LogDescription::logId), batches);
  }

  /** A page with what comes next after a number, if it is held here. */
  public @Nullable Page held(long after) {
    return tail.cache().get(after);
  }

  /**
   * A page with all that comes next after a number, as far as one page may hold it, if it is held
   * here.
   */
  public @Nullable Page gathered(long after) {
    return tail.cache().gather(after);
  }

  /**
   * A page with what comes next after a number, from here or from the log's owner; an empty one if
   * nothing does.
   *
   * @return completes on the caller's context; fails with a refusal while the owner is away
   */
  public Future<Page> read(long after) {
    Promise<Page> promise = vertx.getOrCreateContext().promise();
    loader.load(after, promise);
    return promise.future();
  }

  private Future<Page> readFromOwner(long after) {
    LogDescription log = description();
    if (log == null) {
      return Future.failedFuture(UNKNOWN.asException());
    }
    return owner.read(log, after).compose(this::ofOwnerNow).onSuccess(page -> metrics.pageLoaded());
  }

  /**
   * The page, unless an earlier owner has read it: since then a backup may have been restored,
   * which retains more or less.
   */
  private Future<Page> ofOwnerNow(Page page) {
    LogDescription now = description();
    return now == null || page.lineage().knows(now.epoch())
        ? Future.succeededFuture(page)
        : Future.failedFuture(REPLACED.asException());
  }

  /**
   * Asks the owner for the stretch after a number that has nothing of an interest.
   *
   * @param asker whose turn it is to ask, such as an address
   */
  public Inquiry<Gap> seek(long after, Interest interest, Object asker) {
    LogDescription log = description();
    if (log == null) {
      return Inquiry.failed(UNKNOWN.asException());
    }
    return owner.seek(log, after, interest, asker);
  }

  /**
   * Finds where a part of this process itself begins.
   *
   * @return fails with a refusal while the owner is away
   */
  public Future<StartPosition> locate(Start start, Interest interest) {
    return locate(start, interest, OWN).answer();
  }

  /**
   * Finds where a subscriber begins, and which of its topics have ended. It answers at once what
   * can be known here, and asks the owner for the rest: only the owner's head decides that a
   * position is in the future, and only the owner knows which topics have ended or lost something.
   *
   * @param asker whose turn it is to ask, such as an address
   */
  public Inquiry<StartPosition> locate(Start start, Interest interest, Object asker) {
    LogDescription log = description();
    if (log == null) {
      return Inquiry.failed(UNKNOWN.asException());
    }
    StartPosition known = locateHere(log.head(), start, interest);
    if (known != null) {
      return Inquiry.of(known);
    }
    return owner.locate(log, start, interest, asker);
  }

  private static @Nullable StartPosition locateHere(LogHead head, Start start, Interest interest) {
    if (head.hasEnds() && interest.isExact()) {
      return null;
    }
    if (start instanceof Start.Now) {
      return new StartPosition(head.last(), head, Optional.empty());
    }
    if (start instanceof Start.Unreadable) {
      return head.locateUnreadable();
    }
    if (!(start instanceof Start.After after) || !head.covers(after.position())) {
      return null;
    }
    // Only its owner knows what was removed of which topic.
    return interest.isExact() && head.locatesAsExpired(after.position())
        ? null
        : head.locate(after.position());
  }
}
