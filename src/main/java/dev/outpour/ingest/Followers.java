package dev.outpour.ingest;

import dev.outpour.bus.LogMessage;
import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.bus.MessageBus;
import dev.outpour.history.History;
import dev.outpour.update.LogHead;
import dev.outpour.update.Page;
import dev.outpour.update.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The processes that follow the log: each is answered with what comes after its number, and parked
 * until there is something.
 *
 * <p>Nobody is parked for longer than a second, and whatever becomes of one answer, the others are
 * given theirs. For use on the ingest verticle's context; that the log has grown may be told by any
 * thread.
 */
final class Followers {

  /** Shorter than those who follow wait for an answer. */
  private static final long PARK_MILLIS = 1_000;

  private static final int MOST_PARKED = 1_000;

  private record Parked(Message<LogMessage> question, LogMessage.Follow follow, long timer) {
    long after() {
      return follow.after();
    }
  }

  private final Vertx vertx;
  private final Context context;
  private final History history;
  private final Function<LogHead, LogDescription> describe;
  private final LongFunction<@Nullable Page> gathered;
  private List<Parked> parked = new ArrayList<>();

  /** For those who write: how many are parked. */
  private volatile int count;

  /**
   * To be made on the ingest verticle's context.
   *
   * @param describe the log at a head
   * @param gathered a page with what comes next after a number, if it is held here
   */
  Followers(
      Vertx vertx,
      History history,
      Function<LogHead, LogDescription> describe,
      LongFunction<@Nullable Page> gathered) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.history = history;
    this.describe = describe;
    this.gathered = gathered;
  }

  /** Answers one who follows this log, or looks for any, now or when there is something. */
  void take(Message<LogMessage> question, LogMessage.Follow follow) {
    long last = history.head().last();
    if (follow.logId().isEmpty() || follow.after() > last) {
      MessageBus.reply(question, grown(nothingAfter(last)).forOneWhoKnows(follow.epoch()));
    } else if (follow.after() < last) {
      answer(question, follow, () -> next(follow.after()));
    } else if (parked.size() >= MOST_PARKED) {
      MessageBus.refuse(question, Refusal.unavailable("Too many nodes follow this log"));
    } else {
      park(question, follow);
    }
  }

  private void park(Message<LogMessage> question, LogMessage.Follow follow) {
    long timer = vertx.setTimer(PARK_MILLIS, fired -> unpark(question, follow));
    parked.add(new Parked(question, follow, timer));
    count = parked.size();
    if (history.head().last() > follow.after()) {
      // It was committed a moment ago by a thread that saw nobody here.
      takeParked()
          .forEach(each -> answer(each.question(), each.follow(), () -> next(each.after())));
    }
  }

  private void unpark(Message<LogMessage> question, LogMessage.Follow follow) {
    parked.removeIf(each -> each.question() == question);
    count = parked.size();
    answer(question, follow, () -> Future.succeededFuture(nothingAfter(history.head().last())));
  }

  /** How many are parked now; from any thread. */
  int parked() {
    return count;
  }

  /** The log has grown by a page. */
  void grew(Page page) {
    if (count > 0) {
      context.runOnContext(turn -> answerParked(page));
    }
  }

  private void answerParked(Page page) {
    for (Parked each : takeParked()) {
      answer(
          each.question(),
          each.follow(),
          () ->
              page.continues(each.after())
                  ? Future.succeededFuture(page.after(each.after()))
                  : next(each.after()));
    }
  }

  private List<Parked> takeParked() {
    List<Parked> waiting = parked;
    parked = new ArrayList<>();
    count = 0;
    waiting.forEach(each -> vertx.cancelTimer(each.timer()));
    return waiting;
  }

  private void answer(
      Message<LogMessage> question, LogMessage.Follow follow, Supplier<Future<Page>> found) {
    LogService.reply(
        question,
        Future.succeededFuture()
            .compose(now -> found.get())
            .map(page -> grown(page).forOneWhoKnows(follow.epoch())));
  }

  private LogMessage.Grown grown(Page page) {
    // An answer whose page is beyond its head would be none.
    return new LogMessage.Grown(describe.apply(history.head().advancedBy(page)), page);
  }

  /** What comes next after a number and nothing before it: that is known to who follows. */
  private Future<Page> next(long after) {
    Page held = gathered.apply(after);
    return held == null
        ? read(after).map(page -> page.after(after))
        : Future.succeededFuture(held.after(after));
  }

  /** A page with what comes next after a number; an empty one if nothing does. */
  Future<Page> read(long after) {
    long last = history.head().last();
    return after >= last ? Future.succeededFuture(nothingAfter(last)) : history.read(after);
  }

  private Page nothingAfter(long last) {
    LogHead head = history.head();
    return new Page(head.lineage(), head.earliest(), last, last, List.of());
  }
}
