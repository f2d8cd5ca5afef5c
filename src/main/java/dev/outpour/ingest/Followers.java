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
 * Serves the processes that follow the log. Each asks for the page after its number, and its
 * question is parked until there is one.
 *
 * <p>No question is parked for longer than a second. A failed answer does not affect the others.
 * Confined to the ingest verticle's context, except {@link #grew} and {@link #parked}.
 */
final class Followers {

  /** Shorter than the timeout of a follower. */
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

  /** How many are parked, for the thread that writes the log. */
  private volatile int count;

  /**
   * Creates it, on the ingest verticle's context.
   *
   * @param describe describes the log at a head
   * @param gathered the next page after a number, if it is in memory; otherwise null
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

  /** Answers a process that follows this log or looks for one, now or when the log grows. */
  void take(Message<LogMessage> question, LogMessage.Follow follow) {
    long last = history.head().last();
    if (follow.logId().isEmpty() || follow.after() > last) {
      MessageBus.reply(question, grown(nothingAfter(last)).forOneWhoKnows(follow.epoch()));
    } else if (follow.after() < last) {
      answer(question, follow, () -> next(follow.after()));
    } else if (parked.size() >= MOST_PARKED) {
      MessageBus.refuse(
          question, Refusal.unavailable("Too many nodes follow this log: try again later"));
    } else {
      park(question, follow);
    }
  }

  private void park(Message<LogMessage> question, LogMessage.Follow follow) {
    long timer = vertx.setTimer(PARK_MILLIS, fired -> unpark(question, follow));
    parked.add(new Parked(question, follow, timer));
    count = parked.size();
    if (history.head().last() > follow.after()) {
      // A thread committed a page just before this question was parked.
      takeParked()
          .forEach(each -> answer(each.question(), each.follow(), () -> next(each.after())));
    }
  }

  private void unpark(Message<LogMessage> question, LogMessage.Follow follow) {
    parked.removeIf(each -> each.question() == question);
    count = parked.size();
    answer(question, follow, () -> Future.succeededFuture(nothingAfter(history.head().last())));
  }

  /** How many are parked now. Any thread may call it. */
  int parked() {
    return count;
  }

  /** Answers what is parked, after the log grew by a page. Any thread may call it. */
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
    QueryScheduler.reply(
        question,
        Future.succeededFuture()
            .compose(now -> found.get())
            .map(page -> grown(page).forOneWhoKnows(follow.epoch())));
  }

  private LogMessage.Grown grown(Page page) {
    // A follower rejects an answer whose page is beyond its head.
    return new LogMessage.Grown(describe.apply(history.head().advancedBy(page)), page);
  }

  /** The next page after a number, without what the follower has already. */
  private Future<Page> next(long after) {
    Page held = gathered.apply(after);
    return held == null
        ? read(after).map(page -> page.after(after))
        : Future.succeededFuture(held.after(after));
  }

  /** The next page after a number; empty if there is nothing. */
  Future<Page> read(long after) {
    long last = history.head().last();
    return after >= last ? Future.succeededFuture(nothingAfter(last)) : history.read(after);
  }

  private Page nothingAfter(long last) {
    LogHead head = history.head();
    return new Page(head.lineage(), head.earliest(), last, last, List.of());
  }
}
