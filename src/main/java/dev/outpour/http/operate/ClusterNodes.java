package dev.outpour.http.operate;

import dev.outpour.bus.LogMessage;
import dev.outpour.bus.MessageBus;
import dev.outpour.http.stream.SystemMessage;
import dev.outpour.log.LocalLog;
import dev.outpour.loop.PerVertx;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.Shareable;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queries all nodes of the cluster that have subscribers, and answers the queries of others. A node
 * has {@value #ANSWER_MILLIS} ms to answer. There is one per Vert.x, until Vert.x closes.
 * Thread-safe.
 */
public final class ClusterNodes implements Shareable {

  private static final Logger log = LoggerFactory.getLogger(ClusterNodes.class);

  private static final long ANSWER_MILLIS = 2_000;
  private static final long LOOK_MILLIS = 1_000;
  private static final int NO_ANSWER = 504;

  /**
   * The answers of the nodes.
   *
   * @param answers one for each node that answered
   * @param missing the names of the nodes that did not
   */
  record Answers(List<JsonObject> answers, List<String> missing) {}

  private final VertxInternal vertx;
  private final MessageBus bus;
  private final LocalNode node;
  private final NodeQueries queries;
  private volatile List<String> known = List.of();
  private volatile Runnable onWatched = () -> {};

  private ClusterNodes(VertxInternal vertx) {
    this.vertx = vertx;
    this.bus = LocalLog.of(vertx).bus();
    this.node = LocalNode.of(vertx);
    this.queries = new NodeQueries(vertx, node);
    if (vertx.isClustered()) {
      // A context of its own: that of a verticle would end with the verticle.
      Context own =
          vertx.contextBuilder().withEventLoop(vertx.getOrCreateContext().nettyEventLoop()).build();
      own.runOnContext(turn -> listen());
    }
  }

  /** The nodes that this Vert.x sees. */
  public static ClusterNodes of(Vertx vertx) {
    return PerVertx.get(vertx, ClusterNodes.class, () -> new ClusterNodes((VertxInternal) vertx));
  }

  private void listen() {
    Future.all(
            bus.answer(address(node.name()), this::answer),
            bus.answer(MessageBus.NODES, this::hear))
        .onFailure(
            failure -> log.error("Cannot answer other nodes' queries about subscribers", failure));
  }

  /** Sets what is called when another node has subscribers of the status. */
  void onWatched(Runnable listener) {
    onWatched = listener;
  }

  private static String address(String name) {
    return MessageBus.NODES + "." + name;
  }

  private void answer(Message<LogMessage> question) {
    Future<JsonObject> answer;
    try {
      answer = queries.answer(question.body());
    } catch (RefusedException e) {
      answer = Future.failedFuture(e);
    }
    answer
        .onSuccess(found -> MessageBus.reply(question, new LogMessage.Listed(found.encode())))
        .onFailure(
            failure ->
                MessageBus.refuse(
                    question,
                    failure instanceof RefusedException refused
                        ? refused.refusal()
                        : Refusal.failed()));
  }

  private void hear(Message<LogMessage> message) {
    if (message.body() instanceof LogMessage.Watched watched) {
      if (!watched.node().equals(node.name())) {
        onWatched.run();
      }
    } else if (message.body() instanceof LogMessage.Told told && !told.node().equals(node.name())) {
      SystemMessage.of(told)
          .ifPresent(system -> node.each(subscribers -> subscribers.system().tell(system)));
    }
  }

  /** Sends a message to all other nodes. */
  void tell(LogMessage message) {
    if (vertx.isClustered()) {
      bus.tellAll(MessageBus.NODES, message);
    }
  }

  /** Queries all nodes; completes on the caller's context. */
  Future<Answers> askAll(LogMessage question) {
    return others()
        .compose(
            others -> {
              List<Future<JsonObject>> asked = new ArrayList<>();
              asked.add(queries.answer(question));
              others.forEach(name -> asked.add(ask(name, question)));
              return Future.join(asked).otherwiseEmpty().map(done -> collect(others, asked));
            });
  }

  private Answers collect(List<String> others, List<Future<JsonObject>> asked) {
    List<JsonObject> answers = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      if (asked.get(i).succeeded()) {
        answers.add(asked.get(i).result());
      } else {
        missing.add(i == 0 ? node.name() : others.get(i - 1));
      }
    }
    return new Answers(answers, missing);
  }

  /**
   * The names of the other nodes with subscribers. The cluster manager keeps them on all nodes
   * together: if one does not answer, the last known names are used.
   */
  private Future<List<String>> others() {
    if (!vertx.isClustered()) {
      return Future.succeededFuture(List.of());
    }
    ContextInternal context = vertx.getOrCreateContext();
    Promise<List<RegistrationInfo>> registered = context.promise();
    vertx.clusterManager().getRegistrations(MessageBus.NODES, registered);
    return registered
        .future()
        .timeout(LOOK_MILLIS, TimeUnit.MILLISECONDS)
        .map(
            all -> {
              TreeSet<String> names = new TreeSet<>();
              all.forEach(each -> names.add(LocalNode.nameOf(each.nodeId())));
              names.remove(node.name());
              known = List.copyOf(names);
              return known;
            })
        .otherwise(failure -> known);
  }

  private Future<JsonObject> ask(String name, LogMessage question) {
    return bus.request(address(name), question, LogMessage.Listed.class, ANSWER_MILLIS)
        .compose(
            listed -> {
              try {
                return Future.succeededFuture(new JsonObject(listed.json()));
              } catch (DecodeException e) {
                return Future.failedFuture(e);
              }
            });
  }

  /**
   * Disconnects a subscriber on any node.
   *
   * @return whether it existed; fails with a refusal if its node does not answer
   */
  Future<Boolean> end(SubscriberId id) {
    LogMessage question = new LogMessage.EndReader(id.number());
    if (id.node().equals(node.name())) {
      return ended(queries.answer(question));
    }
    return vertx.isClustered() ? ended(ask(id.node(), question)) : Future.succeededFuture(false);
  }

  private static Future<Boolean> ended(Future<JsonObject> answer) {
    return answer
        .map(found -> found.getBoolean("ended", false))
        .recover(
            failure ->
                failure instanceof RefusedException refused
                        && refused.refusal().status() == NO_ANSWER
                    ? Future.failedFuture(
                        Refusal.unavailable(
                                "The node of this subscriber does not answer: try again")
                            .asException())
                    : Future.succeededFuture(false));
  }
}
