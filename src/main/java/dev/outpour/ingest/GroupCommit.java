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
 * Commits batches in groups: while one group is written, it collects what publishers submit, and
 * writes that as the next group. No timer delays a group. Order is kept.
 *
 * <p>Any thread may call it. The thread that wrote a group takes the next one, so no thread has to
 * be woken between groups. What waits is bounded in bytes and age. Beyond that, a submission fails
 * with 503 and is not stored.
 */
final class GroupCommit {

  private static final Logger logger = LoggerFactory.getLogger(GroupCommit.class);
  private static final long MOST_WAITING_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Vertx vertx;
  private final Function<List<Batch>, Future<Commit>> append;
  private final CommitObserver observer;
  private final long mostWaitingBytes;
  private final LongSupplier clockNanos;
  private final Queue<Submission> waiting = new ArrayDeque<>();
  private final Promise<Void> settled = Promise.promise();
  private long waitingBytes;
  private boolean writing;
  private boolean closed;

  /** Appends by {@link History#append}, and needs a monotonic clock. */
  GroupCommit(
      Vertx vertx,
      Function<List<Batch>, Future<Commit>> append,
      CommitObserver observer,
      long mostWaitingBytes,
      LongSupplier clockNanos) {
    this.vertx = vertx;
    this.append = append;
    this.observer = observer;
    this.mostWaitingBytes = mostWaitingBytes;
    this.clockNanos = clockNanos;
  }

  /**
   * Submits batches that are committed together.
   *
   * @param batches at most about {@link Page#MAX_BYTES} and {@link Page#MAX_UPDATES} in all, or one
   *     larger draft
   * @return an outcome for each, in order, on the caller's context. Fails with a refusal of all
   */
  Future<List<Outcome>> submit(List<Batch> batches) {
    Promise<List<Outcome>> outcomes = ((ContextInternal) vertx.getOrCreateContext()).promise();
    int weight = 0;
    for (Batch batch : batches) {
      weight += batch.weight();
    }
    Submission submission = new Submission(batches, weight, clockNanos.getAsLong(), outcomes);
    Refusal refusal = add(submission);
    if (refusal != null) {
      outcomes.fail(refusal.asException());
    } else if (startWriting()) {
      writeGroups();
    }
    return outcomes.future();
  }

  private synchronized @Nullable Refusal add(Submission submission) {
    if (closed) {
      return Refusal.unavailable("The hub is shutting down: try again");
    }
    if (!waiting.isEmpty() && waitingBytes + submission.weight() > mostWaitingBytes) {
      return overload();
    }
    waiting.add(submission);
    waitingBytes += submission.weight();
    return null;
  }

  private synchronized boolean startWriting() {
    boolean started = !writing;
    writing = true;
    return started;
  }

  /** Writes groups while there are any. The caller has set {@link #writing}. */
  private void writeGroups() {
    try {
      for (List<Submission> group = next(); !group.isEmpty(); group = next()) {
        List<Submission> written = group;
        long startNanos = clockNanos.getAsLong();
        Future<Commit> commit = write(group);
        if (!commit.isComplete()) {
          commit.onComplete(
              done -> {
                settle(written, startNanos, commit);
                writeGroups();
              });
          return;
        }
        settle(written, startNanos, commit);
      }
    } catch (Throwable e) {
      giveUp(e);
    }
    completeIfSettled();
  }

  private Future<Commit> write(List<Submission> group) {
    try {
      List<Batch> batches = new ArrayList<>();
      group.forEach(each -> batches.addAll(each.batches()));
      return append.apply(batches);
    } catch (Throwable e) {
      return Future.failedFuture(e);
    }
  }

  /** Fails everything that waits, after the writer failed. The next submission starts it again. */
  private void giveUp(Throwable failure) {
    logger.error("Submitted updates could not be written to the log", failure);
    synchronized (this) {
      writing = false;
      for (Submission each = waiting.poll(); each != null; each = waiting.poll()) {
        waitingBytes -= each.weight();
        each.outcomes().tryFail(overload().asException());
      }
    }
  }

  /** Takes the next group. If it is empty, writing is over. */
  private List<Submission> next() {
    List<Submission> group = new ArrayList<>();
    List<Submission> late = new ArrayList<>();
    try {
      takeGroup(group, late);
    } catch (Throwable e) {
      // They are no longer in the queue.
      group.forEach(each -> each.outcomes().tryFail(overload().asException()));
      throw e;
    }
    late.forEach(each -> each.outcomes().fail(overload().asException()));
    return group;
  }

  private synchronized void takeGroup(List<Submission> group, List<Submission> late) {
    long oldest = clockNanos.getAsLong() - MOST_WAITING_NANOS;
    int bytes = 0;
    int drafts = 0;
    for (Submission next = waiting.peek(); next != null; next = waiting.peek()) {
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

  /** How many bytes wait to be written. */
  synchronized long waitingBytes() {
    return waitingBytes;
  }

  /** Completes a group. Its publishers get answers even if the observer fails. */
  private void settle(List<Submission> group, long startNanos, Future<Commit> written) {
    if (written.failed()) {
      Throwable failure = reportFailure(written.cause());
      group.forEach(each -> each.outcomes().tryFail(failure));
      return;
    }
    Commit commit = written.result();
    notifyObserver(
        () ->
            observer.committed(
                commit.page(), group.get(0).sinceNanos(), clockNanos.getAsLong() - startNanos));
    int at = 0;
    for (Submission each : group) {
      int end = at + each.batches().size();
      each.outcomes().tryComplete(commit.outcomes().subList(at, end));
      at = end;
    }
    notifyObserver(() -> observer.answered(commit.page()));
  }

  private void notifyObserver(Runnable notification) {
    try {
      notification.run();
    } catch (Throwable e) {
      logger.error("Not everyone could be notified that the log has grown", e);
      reportFailure(e);
    }
  }

  private Throwable reportFailure(Throwable failure) {
    try {
      return observer.failed(failure);
    } catch (Throwable e) {
      logger.error("Not everyone could be notified that the log was not written", e);
      return Refusal.indeterminate().asException();
    }
  }

  /** Rejects further submissions. Completes when everything that waits is settled. */
  Future<Void> close() {
    synchronized (this) {
      closed = true;
    }
    completeIfSettled();
    return settled.future();
  }

  private void completeIfSettled() {
    if (isSettled()) {
      settled.tryComplete();
    }
  }

  private synchronized boolean isSettled() {
    return closed && !writing;
  }

  private static Refusal overload() {
    return Refusal.unavailable("More is published than the log can take now: try again later");
  }
}
