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
 * Has the questions of all nodes take turns at the log: a few are worked on at once, in lanes, so
 * that what is answered fast waits for nothing that takes long.
 *
 * <p>Each question is answered, by its deadline at the latest, unless it is withdrawn. What is not
 * begun by then is not begun; what has begun is given up at its next step. For use on the ingest
 * verticle's context.
 */
final class QueryScheduler {

  /** Which questions wait for each other. */
  enum Lane {
    EXACT(4),
    NEWEST(1),
    SEEK(1);

    private final int underWay;

    Lane(int underWay) {
      this.underWay = underWay;
    }
  }

  private static final Logger logger = LoggerFactory.getLogger(QueryScheduler.class);

  private static final int MOST_WAITING = 1_024;

  /** More than a node has under way. */
  private static final int MOST_OF_ONE = 64;

  private static final long MOST_MILLIS = 60_000;

  private record Name(String node, long number) {}

  private final Vertx vertx;
  private final Map<Lane, FairQueue<String>> lanes = new EnumMap<>(Lane.class);
  private final Map<Name, Question> open = new HashMap<>();

  QueryScheduler(Vertx vertx) {
    this.vertx = vertx;
    for (Lane lane : Lane.values()) {
      lanes.put(lane, new FairQueue<>(lane.underWay, MOST_WAITING, MOST_OF_ONE));
    }
  }

  /**
   * Works on a question when its turn has come, and answers it.
   *
   * @param work begins to work on it, and fails soon after the deadline is over
   */
  void take(
      Lane lane,
      Message<LogMessage> message,
      Asking asking,
      Function<Deadline, Future<? extends LogMessage>> work) {
    new Question(Objects.requireNonNull(lanes.get(lane)), message, asking, work).submit();
  }

  /** Drops a question, if it is not answered yet. */
  void withdraw(LogMessage.Withdraw withdrawn) {
    Question question = open.get(new Name(withdrawn.node(), withdrawn.number()));
    if (question != null) {
      question.giveUp();
    }
  }

  /** A question that is not answered yet. */
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

    /** Nobody waits any more: what has not begun never does, the rest ends by itself. */
    void giveUp() {
      deadline.withdraw();
      turns.withdraw(name.node(), this);
      refuse(Refusal.tooLate());
    }

    @Override
    public void begin() {
      begun()
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
        // The next turn begins all the same.
        logger.error("A question could not be answered, its asker asks again", e);
      }
    }

    private Future<LogMessage> begun() {
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

    /** Whether it was not answered yet; from now on it is. */
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

  /** What a failure is called outside. */
  static Refusal asRefusal(Throwable failure) {
    return failure instanceof RefusedException refused
        ? refused.refusal()
        : Refusal.unavailable("The log cannot be read now: try again later");
  }
}
