package dev.outpour.log;

import dev.outpour.bus.LogMessage;
import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.bus.MessageBus;
import dev.outpour.update.Page;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.Context;
import io.vertx.core.internal.VertxInternal;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log of another process: one request is parked with the log's owner and answered when
 * there is something new; then the next one is sent.
 *
 * <p>A process that is held up costs its peers nothing, and a message that the bus loses is not
 * missed: the next request asks from the same place. After any failure the question is asked again;
 * if the owner has been silent for ten seconds, the process reports itself not ready. It keeps to
 * the log that it saw first: another one is refused and logged as a warning, unless the first was
 * in memory and has ended with its process.
 *
 * <p>It asks on a context of its own and may be started, stopped and let run from any thread.
 */
final class LogFollower {

  private static final Logger log = LoggerFactory.getLogger(LogFollower.class);

  /** Longer than the owner holds a request, in milliseconds. */
  static final long ANSWER_MILLIS = 3_000;

  private static final long RETRY_MILLIS = 250;

  private static final long WATCH_MILLIS = 1_000;

  /** How long until an open question counts as lost. */
  private static final long LOST_NANOS = TimeUnit.MILLISECONDS.toNanos(2 * ANSWER_MILLIS);

  /** The view of the log that it feeds. */
  interface View {

    /** The log as it is known here; null while nothing is. */
    @Nullable LogDescription description();

    /** Takes in what the log has grown by. */
    void grow(LogDescription log, Page page);
  }

  /** After how long without word from the owner this process reports itself not ready. */
  private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** A single failure is a restart, an unlucky moment or a shutdown: not worth a line. */
  private static final int FAILURES_TO_TELL = 4;

  private final VertxInternal vertx;
  private final MessageBus bus;
  private final View view;
  private final LogHealth health;
  private final LongSupplier clockNanos;

  /** Not of a deployment: a deployment's timers end with it. */
  private final Context context;

  private boolean running;
  private int turns;
  private boolean wanted;
  private boolean permitted = true;
  private boolean watched;

  // Used on the context alone.
  private int failures;
  private long askedNanos;
  private long heardNanos;
  private boolean silent;

  /**
   * Creates one that rests.
   *
   * @param clockNanos a clock that never falls, in nanoseconds
   */
  LogFollower(
      VertxInternal vertx, MessageBus bus, View view, LogHealth health, LongSupplier clockNanos) {
    this.vertx = vertx;
    this.bus = bus;
    this.view = view;
    this.health = health;
    this.clockNanos = clockNanos;
    this.context = vertx.createEventLoopContext();
  }

  /** Begins to follow as soon as it may. */
  synchronized void start() {
    wanted = true;
    run();
  }

  /** Stops it: this process owns the log. */
  synchronized void forbid() {
    permitted = false;
    running = false;
  }

  /** Lets it run again if it was started. */
  synchronized void permit() {
    permitted = true;
    run();
  }

  private void run() {
    if (wanted && permitted && !running) {
      running = true;
      int turn = ++turns;
      boolean first = !watched;
      watched = true;
      context.runOnContext(begun -> begin(turn, first));
    }
  }

  private void begin(int turn, boolean first) {
    heardNanos = clockNanos.getAsLong();
    if (first) {
      vertx.setPeriodic(WATCH_MILLIS, tick -> watch());
    }
    ask(turn, known());
  }

  private Optional<String> known() {
    return Optional.ofNullable(view.description()).map(LogDescription::logId);
  }

  /**
   * Whether a turn is still the current one: an answer that comes late must not begin a second
   * series.
   */
  private synchronized boolean isRunning(int turn) {
    return running && turn == turns;
  }

  private void ask(int turn, Optional<String> logId) {
    if (!isRunning(turn)) {
      return;
    }
    LogDescription known = view.description();
    long after = known == null ? 0 : known.head().last();
    askedNanos = clockNanos.getAsLong();
    Optional<String> epoch = Optional.ofNullable(known).map(LogDescription::epoch);
    LogMessage.Follow question = new LogMessage.Follow(logId, after, epoch);
    try {
      bus.request(MessageBus.LOG, question, LogMessage.Grown.class, ANSWER_MILLIS)
          .map(grown -> known == null ? grown : grown.completedBy(known.head().lineage()))
          .onSuccess(grown -> take(turn, grown))
          .onFailure(failure -> failed(turn, failure));
    } catch (Throwable e) {
      failed(turn, e);
    }
  }

  private void take(int turn, LogMessage.Grown grown) {
    if (!isRunning(turn)) {
      return;
    }
    try {
      view.grow(grown.log(), grown.page());
    } catch (Throwable e) {
      // This process asks again from where it stands.
      log.error("What the log has grown by could not be taken in, asking again", e);
      failed(turn, e);
      return;
    }
    heardNanos = clockNanos.getAsLong();
    if (failures >= FAILURES_TO_TELL || silent) {
      log.info("The log's owner is back");
    }
    failures = 0;
    silent = false;
    health.works();
    ask(turn, known());
  }

  /** Makes sure that a question is open, and reports an owner that is silent. */
  private void watch() {
    long now = clockNanos.getAsLong();
    boolean lost = now - askedNanos > LOST_NANOS;
    int turn;
    synchronized (this) {
      if (!running) {
        return;
      }
      turn = lost ? ++turns : turns;
    }
    long quietNanos = now - heardNanos;
    if (quietNanos > SILENT_NANOS && !silent) {
      silent = true;
      long seconds = TimeUnit.NANOSECONDS.toSeconds(quietNanos);
      log.warn(
          "The log's owner has not been heard of for {} s: is a process with ingest running, and in"
              + " this cluster?",
          seconds);
      health.fails("The log's owner has not been heard of for 10 s");
    }
    if (lost) {
      log.warn("A question to the log's owner was lost, asking again");
      ask(turn, known());
    }
  }

  private void failed(int turn, Throwable failure) {
    LogDescription known = view.description();
    boolean another = MessageBus.isAnotherLog(failure);
    failures++;
    // Not at the first refusal: while there are two owners for a moment, both are asked in turn.
    if (another && known != null && !known.durable() && failures >= FAILURES_TO_TELL) {
      log.warn("The log {} was in memory and is gone, following the new one", known.logId());
      failures = 0;
      ask(turn, Optional.empty());
      return;
    }
    if (failures == FAILURES_TO_TELL) {
      String reason = another ? "another log answers" : reason(failure);
      log.warn("The log cannot be followed now ({}), trying again", reason);
      health.fails("The log's owner cannot be reached");
    }
    vertx.setTimer(RETRY_MILLIS, fired -> ask(turn, known()));
  }

  private static String reason(Throwable failure) {
    return failure instanceof RefusedException refused
            && refused.refusal().equals(Refusal.indeterminate())
        ? "no answer in time"
        : String.valueOf(failure.getMessage());
  }
}
