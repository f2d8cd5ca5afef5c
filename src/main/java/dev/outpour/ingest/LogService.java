package dev.outpour.ingest;

import dev.outpour.broadcast.LogMessage;
import dev.outpour.broadcast.LogMessage.LogDescription;
import dev.outpour.broadcast.UpdateBus;
import dev.outpour.history.History;
import dev.outpour.ingest.QuestionDesk.Lane;
import dev.outpour.update.Deadline;
import dev.outpour.update.Head;
import dev.outpour.update.Interest;
import dev.outpour.update.Located;
import dev.outpour.update.Page;
import dev.outpour.update.Refusal;
import dev.outpour.update.Start;
import dev.outpour.update.Topic;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Answers what other verticles and processes ask about the log, and parks those who follow it until
 * it grows.
 *
 * <p>A request that names another log is refused with 409, so that nobody mixes two. Questions are
 * answered on the ingest verticle's context; that the log has grown may be told by any thread.
 */
final class LogService {

  /** Shorter than those who follow wait for an answer. */
  private static final long PARK_MILLIS = 1_000;

  private static final int MOST_PARKED = 1_000;

  private record Parked(Message<LogMessage> question, long after, long timer) {}

  private final Vertx vertx;
  private final Context context;
  private final History history;
  private final Topic defaultTopic;
  private final boolean durable;
  private final QuestionDesk desk;
  private final LongFunction<@Nullable Page> gathered;
  private List<Parked> parked = new ArrayList<>();

  /** For those who write: whether anybody is parked. */
  private volatile boolean followed;

  /**
   * To be made on the ingest verticle's context.
   *
   * @param gathered a page with what comes next after a number, if it is held here
   */
  LogService(
      Vertx vertx,
      History history,
      Topic defaultTopic,
      boolean durable,
      LongFunction<@Nullable Page> gathered) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.history = history;
    this.defaultTopic = defaultTopic;
    this.durable = durable;
    this.desk = new QuestionDesk(vertx);
    this.gathered = gathered;
  }

  /** The log as it stands. */
  LogDescription description() {
    return new LogDescription(defaultTopic, durable, history.head());
  }

  /** Answers a question, now or when it can. */
  void answer(Message<LogMessage> question) {
    LogMessage asked = question.body();
    if (asked instanceof LogMessage.Follow follow) {
      follow(question, follow);
    } else if (asked instanceof LogMessage.ReadAfter read) {
      if (isMine(question, read.logId())) {
        reply(question, read(read.after()).map(LogMessage.Read::new));
      }
    } else if (asked instanceof LogMessage.Locate locate) {
      if (isMine(question, locate.logId())) {
        desk.take(
            laneOf(locate),
            question,
            locate.asking(),
            deadline -> locate(locate, deadline).map(LogMessage.Found::new));
      }
    } else if (asked instanceof LogMessage.Seek seek) {
      if (isMine(question, seek.logId())) {
        desk.take(
            seek.interest().patterns().isEmpty() ? Lane.EXACT : Lane.SEEK,
            question,
            seek.asking(),
            deadline ->
                history.seek(seek.after(), seek.interest(), deadline).map(LogMessage.Sought::new));
      }
    } else if (asked instanceof LogMessage.Withdraw withdraw) {
      desk.withdraw(withdraw);
    } else {
      UpdateBus.refuse(question, Refusal.badRequest("Not a question about the log"));
    }
  }

  /** Whether a question names this log; refuses it if not. */
  boolean isMine(Message<LogMessage> question, String logId) {
    boolean mine = history.head().logId().equals(logId);
    if (!mine) {
      UpdateBus.refuseAnother(question, history.head().logId(), logId);
    }
    return mine;
  }

  private void follow(Message<LogMessage> question, LogMessage.Follow follow) {
    Optional<String> logId = follow.logId();
    if (logId.isPresent() && !isMine(question, logId.get())) {
      return;
    }
    long last = history.head().last();
    if (logId.isEmpty() || follow.after() > last) {
      UpdateBus.reply(question, grown(nothingAfter(last)));
    } else if (follow.after() < last) {
      reply(question, next(follow.after()).map(this::grown));
    } else if (parked.size() >= MOST_PARKED) {
      UpdateBus.refuse(question, Refusal.unavailable("Too many nodes follow this log"));
    } else {
      park(question, follow.after());
    }
  }

  private void park(Message<LogMessage> question, long after) {
    long timer = vertx.setTimer(PARK_MILLIS, fired -> unpark(question));
    parked.add(new Parked(question, after, timer));
    followed = true;
    if (history.head().last() > after) {
      // It was committed a moment ago by a thread that saw nobody here.
      answerParked();
    }
  }

  private void unpark(Message<LogMessage> question) {
    parked.removeIf(each -> each.question() == question);
    UpdateBus.reply(question, grown(nothingAfter(history.head().last())));
  }

  /** Has those told who wait for the log to grow: it has, by a page. */
  void grew(Page page) {
    if (followed) {
      context.runOnContext(turn -> answerParked(page));
    }
  }

  private void answerParked() {
    List<Parked> waiting = takeParked();
    waiting.forEach(each -> reply(each.question(), next(each.after()).map(this::grown)));
  }

  private void answerParked(Page page) {
    for (Parked each : takeParked()) {
      if (page.continues(each.after())) {
        UpdateBus.reply(each.question(), grown(page.after(each.after())));
      } else {
        reply(each.question(), next(each.after()).map(this::grown));
      }
    }
  }

  private List<Parked> takeParked() {
    List<Parked> waiting = parked;
    parked = new ArrayList<>();
    followed = false;
    waiting.forEach(each -> vertx.cancelTimer(each.timer()));
    return waiting;
  }

  private LogMessage.Grown grown(Page page) {
    // An answer whose page is beyond its head would be none.
    Head head = history.head().advancedBy(page);
    return new LogMessage.Grown(new LogDescription(defaultTopic, durable, head), page);
  }

  /** What comes next after a number and nothing before it: that is known to who follows. */
  private Future<Page> next(long after) {
    Page held = gathered.apply(after);
    return held == null
        ? read(after).map(page -> page.after(after))
        : Future.succeededFuture(held.after(after));
  }

  private Page nothingAfter(long last) {
    Head head = history.head();
    return new Page(head.lineage(), head.earliest(), last, last, List.of());
  }

  private Future<Page> read(long after) {
    long last = history.head().last();
    return after >= last ? Future.succeededFuture(nothingAfter(last)) : history.read(after);
  }

  private static Lane laneOf(LogMessage.Locate locate) {
    return locate.start() instanceof Start.Newest && !locate.interest().patterns().isEmpty()
        ? Lane.NEWEST
        : Lane.EXACT;
  }

  private Future<Located> locate(LogMessage.Locate asked, Deadline deadline) {
    Interest interest = asked.interest();
    Future<Located> place = place(asked.start(), interest, deadline);
    return interest.isExact()
        ? place.compose(
            located -> history.ended(interest.topics()).map(ended -> located.withEnded(ended)))
        : place;
  }

  private Future<Located> place(Start start, Interest interest, Deadline deadline) {
    Head head = history.head();
    if (start instanceof Start.After after) {
      return Future.succeededFuture(head.locate(after.position()));
    }
    if (start instanceof Start.Unreadable) {
      return Future.succeededFuture(head.locateUnreadable());
    }
    if (start instanceof Start.Newest newest) {
      return history
          .beforeNewest(newest.count(), interest, deadline)
          .map(cursor -> new Located(cursor, head, Optional.empty()));
    }
    long cursor = start instanceof Start.Earliest ? head.earliest() - 1 : head.last();
    return Future.succeededFuture(new Located(cursor, head, Optional.empty()));
  }

  private static <T extends LogMessage> void reply(Message<LogMessage> question, Future<T> answer) {
    answer
        .onSuccess(found -> UpdateBus.reply(question, found))
        .onFailure(failure -> UpdateBus.refuse(question, QuestionDesk.asRefusal(failure)));
  }
}
