package dev.outpour.log;

import dev.outpour.bus.LogMessage;
import dev.outpour.bus.LogMessage.Asking;
import dev.outpour.bus.MessageBus;
import dev.outpour.loop.Deadline;
import dev.outpour.metrics.Limit;
import dev.outpour.metrics.Metrics;
import dev.outpour.update.Interest;
import dev.outpour.update.Refusal;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The questions of a process's subscribers to the log's owner: a few are open at once, the others
 * wait, and addresses take turns.
 *
 * <p>A question is asked once; its asker waits until it is answered, withdrawn, or its deadline has
 * passed. Questions that cost the owner little never wait behind those that cost much. It may be
 * used from any thread.
 */
final class LogQueries {

  /** Keeps questions of one kind from waiting behind those of another. */
  enum Lane {
    /** Of exact topics, answered by the log's indexes. */
    EXACT(16, 65_536, 10_000),
    /** Where the newest updates of a pattern begin. */
    NEWEST(2, 4_096, 30_000),
    /** Where a pattern goes on. */
    SEEK(2, 4_096, 10_000);

    private final int underWay;
    private final int waiting;
    private final long millis;

    /**
     * Creates it.
     *
     * @param underWay how many are open at once
     * @param waiting how many wait at most
     * @param millis how long a question may take in all
     */
    Lane(int underWay, int waiting, long millis) {
      this.underWay = underWay;
      this.waiting = waiting;
      this.millis = millis;
    }

    /** That of a question about the newest updates. */
    static Lane ofNewest(Interest interest) {
      return interest.patterns().isEmpty() ? EXACT : NEWEST;
    }

    /** That of a question about the next update. */
    static Lane ofNext(Interest interest) {
      return interest.patterns().isEmpty() ? EXACT : SEEK;
    }
  }

  /** The part of the waiting places that one address may take. */
  private static final int SHARES = 4;

  private static final Refusal ANEW = Refusal.unavailable("The log was opened anew: ask again");

  /** How much longer an answer is waited for than the question is worked on. */
  private static final long GRACE_MILLIS = 1_000;

  private final Vertx vertx;
  private final MessageBus bus;
  private final Metrics metrics;
  private final String node = UUID.randomUUID().toString();
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicLong open = new AtomicLong();
  private final Map<Lane, FairQueue<Object>> lanes = new EnumMap<>(Lane.class);
  private final Set<Question<?>> underWay = ConcurrentHashMap.newKeySet();

  LogQueries(Vertx vertx, MessageBus bus, Metrics metrics) {
    this.vertx = vertx;
    this.bus = bus;
    this.metrics = metrics;
    for (Lane lane : Lane.values()) {
      lanes.put(lane, new FairQueue<>(lane.underWay, lane.waiting, lane.waiting / SHARES));
    }
  }

  /**
   * Notes that the log has another owner or was opened anew: the one asked before will not answer,
   * and those that asked may ask again.
   */
  void ownerChanged() {
    // Those that begin meanwhile ask the new one.
    for (Question<?> question : List.copyOf(underWay)) {
      question.settle(Future.failedFuture(ANEW.asException()));
    }
  }

  /** How many questions wait or are open. */
  long open() {
    return open.get();
  }

  /**
   * Asks when the turn has come.
   *
   * @param asker whose turn it is, such as an address
   * @param kind of the answer
   * @param question made when it is asked
   */
  <A extends LogMessage> Inquiry<A> ask(
      Lane lane, Object asker, Class<A> kind, Function<Asking, LogMessage> question) {
    Question<A> asked = new Question<>(lane, asker, kind, question);
    asked.submit();
    return new Inquiry<>(asked.answer.future(), asked::withdraw);
  }

  /** A question from its asking to its answer. */
  private final class Question<A extends LogMessage> implements FairQueue.Turn {
    private final FairQueue<Object> turns;
    private final Object asker;
    private final Class<A> kind;
    private final Function<Asking, LogMessage> question;
    private final Deadline deadline;
    private final long number = numbers.incrementAndGet();
    private final Promise<A> answer = ((ContextInternal) vertx.getOrCreateContext()).promise();
    private boolean begun;
    private long timer = -1;

    Question(Lane lane, Object asker, Class<A> kind, Function<Asking, LogMessage> question) {
      this.turns = Objects.requireNonNull(lanes.get(lane));
      this.asker = asker;
      this.kind = kind;
      this.question = question;
      this.deadline = Deadline.in(lane.millis);
    }

    void submit() {
      open.incrementAndGet();
      answer.future().onComplete(answered -> open.decrementAndGet());
      if (!turns.submit(asker, this)) {
        metrics.limited(Limit.QUESTIONS);
        answer.tryFail(Refusal.tooMany().asException());
      } else {
        expireLater();
      }
    }

    private synchronized void expireLater() {
      if (!begun) {
        timer = vertx.setTimer(Math.max(1, deadline.leftMillis()), fired -> expire());
      }
    }

    private void expire() {
      if (turns.withdraw(asker, this)) {
        answer.tryFail(Refusal.tooLate().asException());
      }
    }

    void withdraw() {
      deadline.withdraw();
      if (turns.withdraw(asker, this)) {
        cancelTimer();
        answer.tryFail(Refusal.tooLate().asException());
      } else if (!answer.future().isComplete()) {
        bus.send(MessageBus.LOG, new LogMessage.Withdraw(node, number));
      }
    }

    private synchronized void cancelTimer() {
      begun = true;
      if (timer >= 0) {
        vertx.cancelTimer(timer);
      }
    }

    @Override
    public void begin() {
      cancelTimer();
      if (deadline.isOver()) {
        turns.ended();
        answer.tryFail(Refusal.tooLate().asException());
        return;
      }
      underWay.add(this);
      long left = deadline.leftMillis();
      asked(left).onComplete(this::settle);
    }

    private Future<A> asked(long left) {
      try {
        LogMessage asked = question.apply(new Asking(node, number, left));
        return bus.request(MessageBus.LOG, asked, kind, left + GRACE_MILLIS);
      } catch (Throwable e) {
        return Future.failedFuture(e);
      }
    }

    /** Settles the question with its answer or failure; anything later is ignored. */
    void settle(AsyncResult<A> answered) {
      if (!underWay.remove(this)) {
        return;
      }
      turns.ended();
      if (answered.succeeded()) {
        answer.tryComplete(answered.result());
      } else {
        answer.tryFail(answered.cause());
      }
    }
  }
}
