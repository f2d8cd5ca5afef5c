package dev.outpour.history;

import dev.outpour.bus.LogMessage;
import dev.outpour.bus.MessageBus;
import dev.outpour.log.LocalLog;
import dev.outpour.loop.Deadline;
import dev.outpour.update.Batch;
import dev.outpour.update.Gap;
import dev.outpour.update.Interest;
import dev.outpour.update.LogHead;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Start;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The log of another node, seen through the messages between nodes. */
final class BusHistory implements History {

  private static final long ANSWER_MILLIS = 10_000;
  private static final long RETRY_MILLIS = 20;

  private final Vertx vertx;
  private final MessageBus bus;
  private final Supplier<Future<Void>> close;
  private LogHead head;
  private long asked;

  private BusHistory(Vertx vertx, Supplier<Future<Void>> close) {
    this.vertx = vertx;
    this.bus = LocalLog.of(vertx).bus();
    this.close = close;
  }

  /** Finds the log as soon as its owner is reachable. */
  static Future<History> find(Vertx vertx, Supplier<Future<Void>> close) {
    BusHistory found = new BusHistory(vertx, close);
    return found.lookAgain(50).map(known -> found);
  }

  private Future<LogHead> lookAgain(int tries) {
    return look()
        .recover(
            failure ->
                tries == 0
                    ? Future.failedFuture(failure)
                    : vertx.timer(RETRY_MILLIS).compose(fired -> lookAgain(tries - 1)));
  }

  private Future<LogHead> look() {
    return ask(new LogMessage.Follow(Optional.empty(), 0), LogMessage.Grown.class)
        .map(grown -> head = grown.log().head());
  }

  private <T extends LogMessage> Future<T> ask(LogMessage question, Class<T> kind) {
    return bus.request(MessageBus.LOG, question, kind, ANSWER_MILLIS);
  }

  private LogMessage.Asking asking() {
    return new LogMessage.Asking("test", ++asked, ANSWER_MILLIS);
  }

  @Override
  public LogHead head() {
    return head;
  }

  /** Other nodes do not ask this. */
  @Override
  public Retained retained() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Commit> append(List<Batch> group) {
    long before = head.last();
    // An empty batch makes the owner of the log remove expired updates.
    List<Batch> sent = group.isEmpty() ? List.of(new Batch(List.of())) : group;
    LogMessage.Append question = new LogMessage.Append(Optional.of(head.logId()), sent);
    return bus.request(MessageBus.APPEND, question, LogMessage.Appended.class, ANSWER_MILLIS)
        .compose(
            appended -> {
              List<Outcome> outcomes = group.isEmpty() ? List.of() : appended.outcomes();
              return look()
                  .compose(now -> grownBy(before, before, new ArrayList<>()))
                  .map(page -> new Commit(outcomes, page));
            });
  }

  /** The updates after a sequence number, collected from the pages of the log. */
  private Future<Page> grownBy(long before, long after, List<Update> found) {
    if (after >= head.last()) {
      Page all = new Page(head.lineage(), head.earliest(), before, head.last(), found);
      return Future.succeededFuture(all);
    }
    return read(after)
        .compose(
            page -> {
              page.updates().stream().filter(each -> each.sequence() > after).forEach(found::add);
              return grownBy(before, page.to(), found);
            });
  }

  @Override
  public Future<Page> read(long after) {
    return ask(new LogMessage.ReadAfter(head.logId(), after), LogMessage.Read.class)
        .map(LogMessage.Read::page);
  }

  @Override
  public Future<Long> beforeNewest(int count, Interest interest, Deadline deadline) {
    LogMessage question =
        new LogMessage.Locate(head.logId(), new Start.Newest(count), interest, asking());
    return ask(question, LogMessage.Found.class).map(found -> found.located().cursor());
  }

  @Override
  public Future<Gap> seek(long after, Interest interest, Deadline deadline) {
    return ask(
            new LogMessage.Seek(head.logId(), after, interest, asking()), LogMessage.Sought.class)
        .map(LogMessage.Sought::gap);
  }

  @Override
  public Future<Map<Topic, Long>> ended(Set<Topic> topics) {
    Interest interest = new Interest(topics, Set.of());
    LogMessage question = new LogMessage.Locate(head.logId(), new Start.Now(), interest, asking());
    return ask(question, LogMessage.Found.class).map(found -> found.located().ended());
  }

  /** Other nodes do not ask this. */
  @Override
  public long newestRemoved(Set<Topic> topics) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Void> close() {
    return close.get();
  }
}
