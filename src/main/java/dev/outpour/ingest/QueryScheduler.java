package dev.outpour.ingest;

import dev.outpour.bus.LogMessage;
import dev.outpour.bus.LogMessage.Asking;
import dev.outpour.bus.MessageBus;
import dev.outpour.log.FairQueue;
import dev.outpour.loop.Deadline;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Schedules the questions of all nodes to the log. A few run at once, in lanes, so that fast
 * questions do not wait for slow ones.
 *
 * <p>Each question is answered by its deadline, unless it is withdrawn. A question that has not
 * started by then never starts. One that runs stops at its next step. Confined to the ingest
 * verticle's context.
 */
final class QueryScheduler {

  /** Questions of one lane wait for each other. */
  enum Lane {
    EXACT(4),
    NEWEST(1),
    SEEK(1);

    private final int parallel;

    Lane(int parallel) {
      this.parallel = parallel;
    }
  }

  private static final Logger logger = LoggerFactory.getLogger(QueryScheduler.class);

  private static final int MOST_WAITING = 1_024;

  /** More than a node asks at once. */
  private static final int MOST_OF_ONE = 64;

  private static final long MOST_MILLIS = 60_000;

  private record Name(String node, long number) {}

  private final Vertx vertx;
  private final Map<Lane, FairQueue<String>> lanes = new EnumMap<>(Lane.class);
  private final Map<Name, Question> open = new HashMap<>();

  QueryScheduler(Vertx vertx) {
    this.vertx = vertx;
    for (Lane lane : Lane.values()) {
      lanes.put(lane, new FairQueue<>(lane.parallel, MOST_WAITING, MOST_OF_ONE));
    }
  }

  /**
   * Schedules a question, and answers it.
   *
   * @param work starts the work. Its future fails soon after the deadline is over
   */
  void take(
      Lane lane,
      Message<LogMessage> message,
      Asking asking,
      Function<Deadline, Future<? extends LogMessage>> work) {
    new Question(Objects.requireNonNull(lanes.get(lane)), message, asking, work).submit();
  }

  /** Drops a question that has no answer yet. */
  void withdraw(LogMessage.Withdraw withdrawn) {
    Question question = open.get(new Name(withdrawn.node(), withdrawn.number()));
    if (question != null) {
      question.giveUp();
    }
  }

  /** A question without an answer. */
  private final class Question implements FairQueue.Turn {
    private final FairQueue<String> turns;
    private final Message<LogMessage> message;
    private final Name name;
    private final Deadline deadline;
    private final Function<Deadline, Future<? extends LogMessage>> work;
    private long timer;
    private boolean answered;

    Question(
        FairQueue<String> turns,
        Message<LogMessage> message,
        Asking asking,
        Function<Deadline, Future<? extends LogMessage>> work) {
      this.turns = turns;
      this.message = message;
      this.name = new Name(asking.node(), asking.number());
      this.deadline = Deadline.in(Math.max(1, Math.min(asking.millis(), MOST_MILLIS)));
      this.work = work;
    }

    void submit() {
      open.put(name, this);
      timer = vertx.setTimer(Math.max(1, deadline.leftMillis()), fired -> giveUp());
      if (!turns.submit(name.node(), this)) {
        refuse(Refusal.tooMany());
      }
    }

    /** Refuses the question. If it waits, it never starts. If it runs, it stops by itself. */
    void giveUp() {
      deadline.withdraw();
      turns.withdraw(name.node(), this);
      refuse(Refusal.tooLate());
    }

    @Override
    public void begin() {
      started()
          .onComplete(
              done -> {
                answer(done);
                turns.ended();
              });
    }

    private void answer(AsyncResult<LogMessage> done) {
      try {
        if (done.failed()) {
          refuse(asRefusal(done.cause()));
        } else if (settle()) {
          MessageBus.reply(message, done.result());
        }
      } catch (Throwable e) {
        // The next question must start anyway.
        logger.error("A question about the log could not be answered, and will be repeated", e);
      }
    }

    private Future<LogMessage> started() {
      try {
        return work.apply(deadline).map(Function.identity());
      } catch (Throwable e) {
        return Future.failedFuture(e);
      }
    }

    private void refuse(Refusal refusal) {
      if (settle()) {
        MessageBus.refuse(message, refusal);
      }
    }

    /** Marks the question as answered. Returns whether it was not before. */
    private boolean settle() {
      boolean first = !answered;
      answered = true;
      if (first) {
        vertx.cancelTimer(timer);
        open.remove(name, this);
      }
      return first;
    }
  }

  /** Replies to a question when its answer is there. A failure becomes a refusal. */
  static <T extends LogMessage> void reply(Message<LogMessage> question, Future<T> answer) {
    answer
        .onSuccess(found -> MessageBus.reply(question, found))
        .onFailure(failure -> MessageBus.refuse(question, asRefusal(failure)));
  }

  /** The refusal for a failure. */
  private static Refusal asRefusal(Throwable failure) {
    return failure instanceof RefusedException refused
        ? refused.refusal()
        : Refusal.unavailable("The log cannot be read now: try again later");
  }
}
