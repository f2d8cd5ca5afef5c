package dev.outpour.http.operate;

import dev.outpour.bus.LogMessage;
import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.http.delivery.Subscriber;
import dev.outpour.http.delivery.Subscribers;
import dev.outpour.log.FairQueue;
import dev.outpour.log.LocalLog;
import dev.outpour.loop.Deadline;
import dev.outpour.loop.SlicedTask;
import dev.outpour.metrics.CloseReason;
import dev.outpour.update.Refusal;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Answers queries about the subscribers of this node. Of the queries that search all subscribers,
 * one runs at a time, and few may wait. Thread-safe.
 */
final class NodeQueries {

  private static final int MAX_WAITING = 64;
  private static final long ANSWER_MILLIS = 2_000;

  private final Vertx vertx;
  private final LocalNode node;
  private final LocalLog log;
  private final FairQueue<NodeQueries> searches = new FairQueue<>(1, MAX_WAITING, MAX_WAITING);

  NodeQueries(Vertx vertx, LocalNode node) {
    this.vertx = vertx;
    this.node = node;
    this.log = LocalLog.of(vertx);
  }

  /**
   * Answers a query.
   *
   * @return completes on the caller's context; fails with a refusal if the query is unknown
   */
  Future<JsonObject> answer(LogMessage query) {
    if (query instanceof LogMessage.ListReaders asked) {
      return list(asked);
    }
    if (query instanceof LogMessage.ListTopics asked) {
      return search(subscribers -> TopicList.of(subscribers, asked.after(), asked.most()))
          .map(lists -> TopicList.sum(lists).json());
    }
    if (query instanceof LogMessage.CountReaders asked) {
      return node.askForLater(vertx, subscribers -> subscribers.countsOf(asked.topics()))
          .map(NodeQueries::sum);
    }
    if (query instanceof LogMessage.EndReader asked) {
      return node.ask(vertx, subscribers -> end(subscribers, asked.number()))
          .map(ended -> new JsonObject().put("ended", ended.contains(true)));
    }
    return Future.failedFuture(Refusal.badRequest("Unknown query about subscribers").asException());
  }

  private Future<JsonObject> list(LogMessage.ListReaders asked) {
    Optional<TopicPattern> topic = asked.topic().map(TopicPattern::parseAny);
    SubscriberList.Filter filter = new SubscriberList.Filter(topic, asked.from(), asked.most());
    LogDescription known = log.description();
    long last = known == null ? 0 : known.head().last();
    return search(subscribers -> new SubscriberSearch(subscribers, node, filter, last))
        .map(lists -> SubscriberList.merge(lists).json());
  }

  /** Searches all subscribers when it is its turn; completes on the caller's context. */
  private <T> Future<List<T>> search(Function<Subscribers, SlicedTask.Work<T>> work) {
    Promise<List<T>> found = ((ContextInternal) vertx.getOrCreateContext()).promise();
    Deadline deadline = Deadline.in(ANSWER_MILLIS);
    FairQueue.Turn turn =
        () ->
            Future.succeededFuture(work)
                .compose(each -> deadline.isOver() ? tooMany() : node.search(vertx, each))
                .onComplete(
                    done -> {
                      searches.ended();
                      found.handle(done);
                    });
    if (!searches.submit(this, turn)) {
      found.fail(tooMany().cause());
    }
    return found.future();
  }

  private static <T> Future<T> tooMany() {
    return Future.failedFuture(
        Refusal.unavailable("Too many queries about subscribers: try again later").asException());
  }

  private static JsonObject sum(List<Map<Topic, Integer>> counts) {
    JsonObject sum = new JsonObject();
    for (Map<Topic, Integer> each : counts) {
      each.forEach(
          (topic, count) -> sum.put(topic.name(), sum.getInteger(topic.name(), 0) + count));
    }
    return sum;
  }

  private static boolean end(Subscribers subscribers, long number) {
    for (Subscriber subscriber : subscribers.subscribers()) {
      if (subscriber.number() == number) {
        subscribers.close(subscriber, CloseReason.ENDED_BY_OPERATOR);
        return true;
      }
    }
    return false;
  }
}
