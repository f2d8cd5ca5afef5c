package dev.outpour.log;

import dev.outpour.bus.LogMessage;
import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.bus.MessageBus;
import dev.outpour.history.History.Retained;
import dev.outpour.update.Batch;
import dev.outpour.update.Gap;
import dev.outpour.update.Interest;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Start;
import dev.outpour.update.StartPosition;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.internal.VertxInternal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The owner of the log, in this process or elsewhere in the cluster: takes appends and answers
 * questions. It does not know what of the log is held here. It may be used from any thread.
 */
final class LogOwner {

  private static final long READ_MILLIS = 5_000;

  /** The log that this process owns. */
  private record Own(
      EventLoop loop,
      Function<List<Batch>, Future<List<Outcome>>> append,
      Supplier<Retained> retained) {}

  private final VertxInternal vertx;
  private final MessageBus bus;
  private final LogQueries queries;
  private volatile @Nullable Own own;

  LogOwner(VertxInternal vertx, MessageBus bus, LogQueries queries) {
    this.vertx = vertx;
    this.bus = bus;
    this.queries = queries;
  }

  /** From now on this process owns the log, on the event loop of the caller. */
  void begin(Function<List<Batch>, Future<List<Outcome>>> append, Supplier<Retained> retained) {
    own = new Own(vertx.getOrCreateContext().nettyEventLoop(), append, retained);
  }

  /** This process owns the log no longer. */
  void end() {
    own = null;
  }

  /** Whether this process owns the log. */
  boolean isHere() {
    return own != null;
  }

  /** Whether the caller runs on the event loop of the owner. */
  boolean isOnItsLoop() {
    Own here = own;
    return here != null && vertx.getOrCreateContext().nettyEventLoop() == here.loop();
  }

  /** How much the log retains; null where another process owns it. */
  @Nullable Retained retained() {
    Own here = own;
    return here == null ? null : here.retained().get();
  }

  /**
   * Appends batches.
   *
   * @param logId the log that is meant; empty: any
   * @return an outcome for each, in order; fails with a refusal
   */
  Future<List<Outcome>> append(Optional<String> logId, List<Batch> batches) {
    Own here = own;
    if (here == null) {
      return bus.append(logId, batches);
    }
    Future<List<Outcome>> outcomes = here.append().apply(batches);
    // A disk that hangs must not leave publishers without an answer.
    return outcomes.isComplete()
        ? outcomes
        : outcomes
            .timeout(MessageBus.APPEND_MILLIS, TimeUnit.MILLISECONDS)
            .recover(failure -> Future.failedFuture(MessageBus.asRefused(failure)));
  }

  /** Reads the page with what comes next after a number. */
  Future<Page> read(LogDescription log, long after) {
    LogMessage.ReadAfter question =
        new LogMessage.ReadAfter(log.logId(), after, Optional.of(log.epoch()));
    return bus.request(MessageBus.LOG, question, LogMessage.Read.class, READ_MILLIS)
        .map(read -> read.completedBy(log.head().lineage()).page());
  }

  /** Finds the stretch after a number that has nothing of an interest. */
  Inquiry<Gap> seek(LogDescription log, long after, Interest interest, Object asker) {
    Inquiry<LogMessage.Sought> asked =
        queries.ask(
            LogQueries.Lane.ofNext(interest),
            asker,
            LogMessage.Sought.class,
            asking -> new LogMessage.Seek(log.logId(), after, interest, asking));
    return new Inquiry<>(asked.answer().map(LogMessage.Sought::gap), asked.withdrawal());
  }

  /** Finds where a subscriber begins, and which of its topics have ended. */
  Inquiry<StartPosition> locate(LogDescription log, Start start, Interest interest, Object asker) {
    LogQueries.Lane lane =
        start instanceof Start.Newest ? LogQueries.Lane.ofNewest(interest) : LogQueries.Lane.EXACT;
    Inquiry<LogMessage.Found> asked =
        queries.ask(
            lane,
            asker,
            LogMessage.Found.class,
            asking ->
                new LogMessage.Locate(
                    log.logId(), start, interest, asking, Optional.of(log.epoch())));
    return new Inquiry<>(
        asked.answer().map(found -> found.completedBy(log.head().lineage()).located()),
        asked.withdrawal());
  }
}
