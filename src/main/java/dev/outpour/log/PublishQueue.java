package dev.outpour.log;

import dev.outpour.update.Batch;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects the batches of one event loop's publishers and sends them in groups to the log's owner:
 * all of one turn of the loop and, if the owner is in another process, all that came while a group
 * was open. Groups grow because work takes time; nothing waits for a timer.
 *
 * <p>Order is kept. What waits is bounded in bytes and age; beyond that a batch is refused with 503
 * and not stored. All methods are called on one context.
 */
public final class PublishQueue {

  private static final Logger log = LoggerFactory.getLogger(PublishQueue.class);

  private static final long MOST_WAITING_MILLIS = 5_000;

  /** One that is being committed, and one that follows it at once. */
  private static final int MOST_UNDER_WAY = 2;

  /** From this size on a group is worth a sync of its own; a smaller one waits to grow. */
  private static final int LARGE_BYTES = Page.MAX_BYTES / 2;

  /**
   * With this many batches a near owner can begin while the loop still reads: measured, a tenth
   * more is published per second than at the end of turns alone.
   */
  private static final int WORTH_WAKING = 8;

  /** Where groups are appended, as seen from this loop. */
  public enum Owner {
    /** In another process: a group waits until the one before is answered. */
    FAR,
    /** By another thread of this process, which collects by itself: none waits here. */
    NEAR,
    /** By the thread that hands a group over: nobody has to be woken. */
    HERE
  }

  private record Waiting(Batch batch, int weight, long sinceMillis, Promise<Outcome> outcome) {}

  private final Function<List<Batch>, Future<List<Outcome>>> send;
  private final long mostWaitingBytes;
  private final LongSupplier clockMillis;
  private final Supplier<Owner> owner;
  private final Executor endOfTurn;
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private final Promise<Void> settled = Promise.promise();
  private int underWay;
  private long waitingBytes;
  private boolean scheduled;
  private boolean closed;

  /**
   * Creates an empty queue.
   *
   * @param send passes a group on and gives an outcome for each batch, in order; a {@link
   *     RefusedException} refuses the whole group, another failure leaves its fate open
   * @param mostWaitingBytes how much may wait
   * @param clockMillis a clock that never falls
   * @param owner where groups are appended now
   * @param endOfTurn runs a task when the loop has read all that there is to read
   */
  public PublishQueue(
      Function<List<Batch>, Future<List<Outcome>>> send,
      long mostWaitingBytes,
      LongSupplier clockMillis,
      Supplier<Owner> owner,
      Executor endOfTurn) {
    this.send = send;
    this.mostWaitingBytes = mostWaitingBytes;
    this.clockMillis = clockMillis;
    this.owner = owner;
    this.endOfTurn = endOfTurn;
  }

  /**
   * Takes a batch.
   *
   * @param batch at most about {@link Page#MAX_BYTES} and {@link Page#MAX_UPDATES}, or one larger
   *     draft
   * @return never fails: a batch that cannot be taken has a refusal as its outcome
   */
  public Future<Outcome> submit(Batch batch) {
    Future<Outcome> outcome = take(batch);
    schedule();
    return outcome;
  }

  private void schedule() {
    if (waiting.size() >= WORTH_WAKING && owner.get() == Owner.NEAR) {
      sendNext();
    } else if (!scheduled && mayGo()) {
      scheduled = true;
      try {
        endOfTurn.execute(this::turnEnds);
      } catch (RejectedExecutionException e) {
        // This turn has no end that is told: what was taken goes now.
        turnEnds();
      }
    }
  }

  private void turnEnds() {
    scheduled = false;
    sendNext();
  }

  private Future<Outcome> take(Batch batch) {
    int weight = batch.weight();
    if (closed) {
      return Future.succeededFuture(refused("The hub is shutting down: try again"));
    }
    if (!waiting.isEmpty() && waitingBytes + weight > mostWaitingBytes) {
      return Future.succeededFuture(overload());
    }
    Promise<Outcome> outcome = Promise.promise();
    waiting.add(new Waiting(batch, weight, clockMillis.getAsLong(), outcome));
    waitingBytes += weight;
    return outcome.future();
  }

  /** Takes nothing more; completes when all that was taken is settled. */
  public Future<Void> close() {
    closed = true;
    sendNext();
    return settled.future();
  }

  private void sendNext() {
    while (mayGo()) {
      List<Waiting> group = takeGroup();
      if (group.isEmpty()) {
        break;
      }
      underWay++;
      Future.succeededFuture(group.stream().map(Waiting::batch).toList())
          .compose(send)
          .map(outcomes -> ofEach(group, outcomes))
          .otherwise(failure -> refusals(group, failure))
          .onSuccess(
              outcomes -> {
                settle(group, outcomes);
                underWay--;
                sendNext();
              });
    }
    if (closed && underWay == 0) {
      settled.tryComplete();
    }
  }

  private boolean mayGo() {
    return underWay == 0
        || owner.get() != Owner.FAR
        || (underWay < MOST_UNDER_WAY && waitingBytes >= LARGE_BYTES);
  }

  private List<Waiting> takeGroup() {
    List<Waiting> group = new ArrayList<>();
    long oldest = clockMillis.getAsLong() - MOST_WAITING_MILLIS;
    int bytes = 0;
    int drafts = 0;
    for (Waiting next = waiting.peek(); next != null; next = waiting.peek()) {
      boolean late = next.sinceMillis() < oldest;
      if (!late) {
        bytes += next.weight();
        drafts += next.batch().drafts().size();
        if (!group.isEmpty() && (bytes > Page.MAX_BYTES || drafts > Page.MAX_UPDATES)) {
          break;
        }
        group.add(next);
      }
      waiting.remove();
      waitingBytes -= next.weight();
      if (late) {
        settle(next, overload());
      }
    }
    return group;
  }

  private static List<Outcome> ofEach(List<Waiting> group, List<Outcome> outcomes) {
    if (outcomes.size() != group.size()) {
      throw new IllegalStateException(
          outcomes.size() + " outcomes were given of " + group.size() + " batches");
    }
    return outcomes;
  }

  private static void settle(List<Waiting> group, List<Outcome> outcomes) {
    for (int i = 0; i < group.size(); i++) {
      settle(group.get(i), outcomes.get(i));
    }
  }

  /** A publisher that fails on its outcome keeps no other from its own. */
  private static void settle(Waiting one, Outcome outcome) {
    try {
      one.outcome().complete(outcome);
    } catch (Throwable e) {
      log.error("A publisher could not take in what became of its updates", e);
    }
  }

  private static List<Outcome> refusals(List<Waiting> group, Throwable failure) {
    Refusal refusal =
        failure instanceof RefusedException refused ? refused.refusal() : Refusal.indeterminate();
    return Collections.nCopies(group.size(), Outcome.refused(refusal));
  }

  private static Outcome overload() {
    return refused("More is published than the log can take now: try again later");
  }

  private static Outcome refused(String detail) {
    return Outcome.refused(Refusal.unavailable(detail));
  }
}
