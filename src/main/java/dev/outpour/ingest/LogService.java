package dev.outpour.ingest;

import dev.outpour.bus.LogMessage;
import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.bus.MessageBus;
import dev.outpour.history.History;
import dev.outpour.ingest.QueryScheduler.Lane;
import dev.outpour.loop.Deadline;
import dev.outpour.update.Interest;
import dev.outpour.update.LogHead;
import dev.outpour.update.Page;
import dev.outpour.update.Position;
import dev.outpour.update.Refusal;
import dev.outpour.update.Start;
import dev.outpour.update.StartPosition;
import dev.outpour.update.Topic;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the questions of other verticles and processes about the log.
 *
 * <p>A question that names another log is refused with 409, so that no process mixes two logs.
 * Questions are answered on the ingest verticle's context. Any thread may call {@link #grew}.
 */
final class LogService {

  private static final Logger logger = LoggerFactory.getLogger(LogService.class);

  private final History history;
  private final Topic defaultTopic;
  private final boolean durable;
  private final QueryScheduler scheduler;
  private final Followers followers;

  /**
   * Creates it, on the ingest verticle's context.
   *
   * @param gathered the next page after a number, if it is in memory; otherwise null
   */
  LogService(
      Vertx vertx,
      History history,
      Topic defaultTopic,
      boolean durable,
      LongFunction<@Nullable Page> gathered) {
    this.history = history;
    this.defaultTopic = defaultTopic;
    this.durable = durable;
    this.scheduler = new QueryScheduler(vertx);
    this.followers = new Followers(vertx, history, this::describe, gathered);
  }

  /** Describes the log at its head. */
  LogDescription description() {
    return describe(history.head());
  }

  private LogDescription describe(LogHead head) {
    return new LogDescription(defaultTopic, durable, head);
  }

  /** How many followers wait for the log to grow. */
  int following() {
    return followers.parked();
  }

  /** Notifies followers that the log grew by a page. */
  void grew(Page page) {
    followers.grew(page);
  }

  /** Answers a question. A failure becomes a refusal, and the question may be asked again. */
  void answer(Message<LogMessage> question) {
    try {
      take(question);
    } catch (Throwable e) {
      logger.error("A question about the log could not be answered", e);
      MessageBus.refuse(
          question, Refusal.unavailable("The log cannot be asked now: try again later"));
    }
  }

  private void take(Message<LogMessage> question) {
    LogMessage asked = question.body();
    if (asked instanceof LogMessage.Follow follow) {
      if (follow.logId().isEmpty() || isMine(question, follow.logId().get())) {
        followers.take(question, follow);
      }
    } else if (asked instanceof LogMessage.ReadAfter read) {
      if (isMine(question, read.logId())) {
        QueryScheduler.reply(
            question,
            followers
                .read(read.after())
                .map(page -> new LogMessage.Read(page).forOneWhoKnows(read.epoch())));
      }
    } else if (asked instanceof LogMessage.Locate locate) {
      if (isMine(question, locate.logId())) {
        scheduler.take(
            laneOf(locate),
            question,
            locate.asking(),
            deadline ->
                locate(locate, deadline)
                    .map(located -> new LogMessage.Found(located).forOneWhoKnows(locate.epoch())));
      }
    } else if (asked instanceof LogMessage.Seek seek) {
      if (isMine(question, seek.logId())) {
        scheduler.take(
            seek.interest().patterns().isEmpty() ? Lane.EXACT : Lane.SEEK,
            question,
            seek.asking(),
            deadline ->
                history.seek(seek.after(), seek.interest(), deadline).map(LogMessage.Sought::new));
      }
    } else if (asked instanceof LogMessage.Withdraw withdraw) {
      scheduler.withdraw(withdraw);
    } else {
      MessageBus.refuse(question, Refusal.badRequest("Not a question about the log"));
    }
  }

  /** Whether a question names this log. If not, it is refused. */
  boolean isMine(Message<LogMessage> question, String logId) {
    boolean mine = history.head().logId().equals(logId);
    if (!mine) {
      MessageBus.refuseAnother(question, history.head().logId(), logId);
    }
    return mine;
  }

  private static Lane laneOf(LogMessage.Locate locate) {
    return locate.start() instanceof Start.Newest && !locate.interest().patterns().isEmpty()
        ? Lane.NEWEST
        : Lane.EXACT;
  }

  private Future<StartPosition> locate(LogMessage.Locate asked, Deadline deadline) {
    Interest interest = asked.interest();
    Future<StartPosition> place = place(asked.start(), interest, deadline);
    return interest.isExact()
        ? place.compose(
            located -> history.ended(interest.topics()).map(ended -> located.withEnded(ended)))
        : place;
  }

  private Future<StartPosition> place(Start start, Interest interest, Deadline deadline) {
    LogHead head = history.head();
    if (start instanceof Start.After after) {
      // With the whole lineage, since a head leaves out epochs without retained updates.
      LogHead whole = head.withLineage(history.lineage());
      return Future.succeededFuture(locate(whole, after.position(), interest).withHead(head));
    }
    if (start instanceof Start.Unreadable) {
      return Future.succeededFuture(head.locateUnreadable());
    }
    if (start instanceof Start.Newest newest) {
      return history
          .beforeNewest(newest.count(), interest, deadline)
          .map(cursor -> new StartPosition(cursor, head, Optional.empty()));
    }
    long cursor = start instanceof Start.Earliest ? head.earliest() - 1 : head.last();
    return Future.succeededFuture(new StartPosition(cursor, head, Optional.empty()));
  }

  /** A subscriber of exact topics misses nothing if only updates of other topics were removed. */
  private StartPosition locate(LogHead head, Position asked, Interest interest) {
    return head.locatesAsExpired(asked)
            && interest.isExact()
            && history.newestRemoved(interest.topics()) <= asked.sequence()
        ? new StartPosition(asked.sequence(), head, Optional.empty())
        : head.locate(asked);
  }
}
