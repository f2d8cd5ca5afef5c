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
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Answers what is asked about the readers of this node. Of questions that have all of them looked
 * through one is worked on at a time, and few wait. It may be used from any thread.
 */
final class NodeQueries {

  private static final int MOST_WAITING = 64;
  private static final long ANSWER_MILLIS = 2_000;

  private final Vertx vertx;
  private final LocalNode node;
  private final LocalLog log;
  private final FairQueue<NodeQueries> looks = new FairQueue<>(1, MOST_WAITING, MOST_WAITING);

  NodeQueries(Vertx vertx, LocalNode node) {
    this.vertx = vertx;
    this.node = node;
    this.log = LocalLog.of(vertx);
  }

  /**
   * Answers a question.
   *
   * @return on the caller's context; fails with a refusal if it is none
   */
  Future<JsonObject> answer(LogMessage question) {
    if (question instanceof LogMessage.ListReaders asked) {
      return readers(asked);
    }
    if (question instanceof LogMessage.ListTopics asked) {
      return look(audience -> TopicList.of(audience, asked.after(), asked.most()))
          .map(lists -> TopicList.sum(lists).json());
    }
    if (question instanceof LogMessage.CountReaders asked) {
      return node.askForLater(vertx, audience -> audience.countsOf(asked.topics()))
          .map(NodeQueries::sum);
    }
    if (question instanceof LogMessage.EndReader asked) {
      return node.ask(vertx, audience -> end(audience, asked.number()))
          .map(ended -> new JsonObject().put("ended", ended.contains(true)));
    }
    return Future.failedFuture(Refusal.badRequest("Not a question about readers").asException());
  }

  private Future<JsonObject> readers(LogMessage.ListReaders asked) {
    Optional<TopicPattern> topic = asked.topic().map(TopicPattern::parseAny);
    SubscriberFilter filter = new SubscriberFilter(topic, asked.from(), asked.most());
    LogDescription known = log.description();
    long last = known == null ? 0 : known.head().last();
    return look(audience -> new SubscriberSearch(audience, node, filter, last))
        .map(lists -> SubscriberList.merge(lists).json());
  }

  /** Has all readers looked through, when it is its turn; on the caller's context. */
  private <T> Future<List<T>> look(Function<Subscribers, SlicedTask.Work<T>> work) {
    Promise<List<T>> found = ((ContextInternal) vertx.getOrCreateContext()).promise();
    Deadline deadline = Deadline.in(ANSWER_MILLIS);
    FairQueue.Turn turn =
        () ->
            Future.succeededFuture(work)
                .compose(each -> deadline.isOver() ? tooLate() : node.look(vertx, each))
                .onComplete(
                    done -> {
                      looks.ended();
                      found.handle(done);
                    });
    if (!looks.submit(this, turn)) {
      found.fail(tooLate().cause());
    }
    return found.future();
  }

  private static <T> Future<T> tooLate() {
    return Future.failedFuture(
        Refusal.unavailable("Too much is asked about readers: try again later").asException());
  }

  private static JsonObject sum(List<Map<Topic, Integer>> counts) {
    JsonObject sum = new JsonObject();
    for (Map<Topic, Integer> each : counts) {
      each.forEach(
          (topic, count) -> sum.put(topic.name(), sum.getInteger(topic.name(), 0) + count));
    }
    return sum;
  }

  private static boolean end(Subscribers audience, long number) {
    for (Subscriber stream : audience.subscribers()) {
      if (stream.number() == number) {
        audience.close(stream, CloseReason.ENDED_BY_OPERATOR);
        return true;
      }
    }
    return false;
  }

  /** The objects in a list of an answer. */
  static Iterable<JsonObject> each(JsonObject answer, String list) {
    return answer.getJsonArray(list, new JsonArray()).stream()
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast)
        .toList();
  }
}
