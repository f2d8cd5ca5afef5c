package dev.outpour.ingest;

import dev.outpour.history.History;
import dev.outpour.history.History.Commit;
import dev.outpour.update.Batch;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way into the log: collects what publishers hand in while a group is written, and writes that
 * as the next one. Groups grow because work takes time, never because something waits for a timer.
 *
 * <p>It may be called from any thread. The thread that has written a group takes the next one
 * itself, so that between two groups nobody has to be woken. What waits is bounded in bytes and
 * age; beyond it is refused with 503, and was not stored. Order is kept.
 */
final class GroupCommit {

  private static final Logger logger = LoggerFactory.getLogger(GroupCommit.class);

  private static final long MOST_WAITING_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** What was handed in together. */
  private record Waiting(
      List<Batch> batches, int weight, long sinceNanos, Promise<List<Outcome>> outcomes) {

    int drafts() {
      int drafts = 0;
      for (Batch batch : batches) {
        drafts += batch.drafts().size();
      }
      return drafts;
    }
  }

  /** What is told of each group, before its publishers are answered and after. */
  interface Observer {

    /**
     * The log has grown; nobody has been answered yet.
     *
     * @param acceptedNanos when the first of what was committed was handed in
     * @param tookNanos how long it took to write it
     */
    void committed(Page page, long acceptedNanos, long tookNanos);

    /** The publishers of a group that was committed have been answered. */
    void answered(Page page);

    /**
     * A group could not be written, or it is not known whether it was.
     *
     * @return what its publishers are told
     */
    Throwable failed(Throwable failure);
  }

  private final Vertx vertx;
  private final Function<List<Batch>, Future<Commit>> append;
  private final Observer observer;
  private final long mostWaitingBytes;
  private final LongSupplier clockNanos;
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private final Promise<Void> settled = Promise.promise();
  private long waitingBytes;
  private boolean writing;
  private boolean closed;

  /**
   * An intake that is empty.
   *
   * @param append as {@link History#append}
   * @param mostWaitingBytes how much may wait
   * @param clockNanos a clock that never falls, in nanoseconds
   */
  GroupCommit(
      Vertx vertx,
      Function<List<Batch>, Future<Commit>> append,
      Observer observer,
      long mostWaitingBytes,
      LongSupplier clockNanos) {
    this.vertx = vertx;
    this.append = append;
    this.observer = observer;
    this.mostWaitingBytes = mostWaitingBytes;
    this.clockNanos = clockNanos;
  }

  /**
   * Takes batches in that came together and go on together.
   *
   * @param batches at most about {@link Page#MAX_BYTES} and {@link Page#MAX_UPDATES} in all, or one
   *     larger draft
   * @return an outcome for each, in order, on the caller's context; fails with a refusal of all of
   *     them
   */
  Future<List<Outcome>> submit(List<Batch> batches) {
    Promise<List<Outcome>> outcomes = ((ContextInternal) vertx.getOrCreateContext()).promise();
    int weight = 0;
    for (Batch batch : batches) {
      weight += batch.weight();
    }
    Waiting handedIn = new Waiting(batches, weight, clockNanos.getAsLong(), outcomes);
    Refusal refusal = add(handedIn);
    if (refusal != null) {
      outcomes.fail(refusal.asException());
    } else if (begin()) {
      writeOn();
    }
    return outcomes.future();
  }

  private synchronized @Nullable Refusal add(Waiting handedIn) {
    if (closed) {
      return Refusal.unavailable("The hub is shutting down: try again");
    }
    if (!waiting.isEmpty() && waitingBytes + handedIn.weight() > mostWaitingBytes) {
      return overload();
    }
    waiting.add(handedIn);
    waitingBytes += handedIn.weight();
    return null;
  }

  private synchronized boolean begin() {
    boolean begun = !writing;
    writing = true;
    return begun;
  }

  /** Writes group after group, as long as there are any; called by who has begun. */
  private void writeOn() {
    try {
      for (List<Waiting> group = next(); !group.isEmpty(); group = next()) {
        List<Waiting> written = group;
        long begun = clockNanos.getAsLong();
        Future<Commit> commit = write(group);
        if (!commit.isComplete()) {
          commit.onComplete(
              done -> {
                settle(written, begun, commit);
                writeOn();
              });
          return;
        }
        settle(written, begun, commit);
      }
    } catch (Throwable e) {
      giveUp(e);
    }
    if (isSettled()) {
      settled.tryComplete();
    }
  }

  private Future<Commit> write(List<Waiting> group) {
    try {
      List<Batch> batches = new ArrayList<>();
      group.forEach(each -> batches.addAll(each.batches()));
      return append.apply(batches);
    } catch (Throwable e) {
      return Future.failedFuture(e);
    }
  }

  /** Has nobody wait for a writer that has failed; the next who hands something in begins anew. */
  private void giveUp(Throwable failure) {
    logger.error("What was handed in to the log cannot be written", failure);
    synchronized (this) {
      writing = false;
      for (Waiting each = waiting.poll(); each != null; each = waiting.poll()) {
        waitingBytes -= each.weight();
        each.outcomes().tryFail(overload().asException());
      }
    }
  }

  /** The next group; if there is none, writing is over. */
  private List<Waiting> next() {
    List<Waiting> late = new ArrayList<>();
    List<Waiting> group = takeGroup(late);
    late.forEach(each -> each.outcomes().fail(overload().asException()));
    return group;
  }

  private synchronized List<Waiting> takeGroup(List<Waiting> late) {
    List<Waiting> group = new ArrayList<>();
    try {
      takeGroup(group, late);
      return group;
    } catch (Throwable e) {
      // They are in the queue no more.
      group.forEach(each -> each.outcomes().tryFail(overload().asException()));
      throw e;
    }
  }

  private synchronized void takeGroup(List<Waiting> group, List<Waiting> late) {
    long oldest = clockNanos.getAsLong() - MOST_WAITING_NANOS;
    int bytes = 0;
    int drafts = 0;
    for (Waiting next = waiting.peek(); next != null; next = waiting.peek()) {
      if (next.sinceNanos() - oldest < 0) {
        late.add(next);
      } else {
        bytes += next.weight();
        drafts += next.drafts();
        if (!group.isEmpty() && (bytes > Page.MAX_BYTES || drafts > Page.MAX_UPDATES)) {
          break;
        }
        group.add(next);
      }
      waiting.remove();
      waitingBytes -= next.weight();
    }
    writing = !group.isEmpty();
  }

  /** How much waits to be written. */
  synchronized long waitingBytes() {
    return waitingBytes;
  }

  private synchronized boolean isSettled() {
    return closed && !writing;
  }

  /** Answers a group. Whatever those who are told of it do, its publishers get an answer. */
  private void settle(List<Waiting> group, long begunNanos, Future<Commit> written) {
    if (written.failed()) {
      Throwable told = tellFailed(written.cause());
      group.forEach(each -> each.outcomes().tryFail(told));
      return;
    }
    Commit commit = written.result();
    try {
      observer.committed(
          commit.page(), group.get(0).sinceNanos(), clockNanos.getAsLong() - begunNanos);
    } catch (Throwable e) {
      logger.error("Not all were told that the log has grown", e);
      tellFailed(e);
    }
    int at = 0;
    for (Waiting each : group) {
      int end = at + each.batches().size();
      each.outcomes().tryComplete(commit.outcomes().subList(at, end));
      at = end;
    }
    try {
      observer.answered(commit.page());
    } catch (Throwable e) {
      logger.error("Not all were told that the log has grown", e);
      tellFailed(e);
    }
  }

  private Throwable tellFailed(Throwable failure) {
    try {
      return observer.failed(failure);
    } catch (Throwable e) {
      logger.error("Not all were told that the log could not be written", e);
      return Refusal.indeterminate().asException();
    }
  }

  /** Takes nothing more; completes when all that was taken is settled. */
  Future<Void> close() {
    boolean over;
    synchronized (this) {
      closed = true;
      over = !writing;
    }
    if (over) {
      settled.tryComplete();
    }
    return settled.future();
  }

  private static Refusal overload() {
    return Refusal.unavailable("More is published than the log can take now: try again later");
  }
}
