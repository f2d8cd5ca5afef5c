package dev.outpour.http.operate;

import dev.outpour.bus.LogMessage;
import dev.outpour.http.limit.ClientQuota.Permit;
import dev.outpour.http.stream.SystemMessage;
import dev.outpour.loop.PerVertx;
import dev.outpour.update.Topic;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.Shareable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Says how many readers topics have on all nodes, to those of this node who want to know: when they
 * come, and when it has changed, once a second at most. While nobody wants to, it does nothing.
 *
 * <p>The topics are counted some at a time, and who has been told is told again only of a change.
 * There is one per Vert.x, until Vert.x closes. It may be used from any thread.
 */
public final class PresencePublisher implements Shareable {

  private static final long EVERY_MILLIS = 1_000;
  private static final int AT_ONCE = 256;

  private final Vertx vertx;
  private final LocalNode node;
  private final Context context;

  /** How many of this node want to know it of a topic. */
  private final ConcurrentMap<Topic, Integer> watched = new ConcurrentHashMap<>();

  /** The topics of which somebody wants to know it who may have been told nothing yet. */
  private final Set<Topic> fresh = ConcurrentHashMap.newKeySet();

  /** What was told last of the topics that are watched. */
  private final ConcurrentMap<Topic, Integer> told = new ConcurrentHashMap<>();

  private boolean running;

  private PresencePublisher(VertxInternal vertx) {
    this.vertx = vertx;
    this.node = LocalNode.of(vertx);
    // One of its own: that of a verticle would end with it.
    this.context =
        vertx.contextBuilder().withEventLoop(vertx.getOrCreateContext().nettyEventLoop()).build();
  }

  /** The one of this Vert.x. */
  public static PresencePublisher of(Vertx vertx) {
    return PerVertx.get(
        vertx, PresencePublisher.class, () -> new PresencePublisher((VertxInternal) vertx));
  }

  /**
   * Takes in that somebody has come who reads some topics of the hub's own, until the seat is given
   * back. It begins to tell, if it does not.
   */
  public Permit watch(Collection<Topic> topics) {
    List<Topic> whose = topics.stream().flatMap(topic -> topic.presenceOf().stream()).toList();
    if (whose.isEmpty()) {
      return Permit.FREE;
    }
    for (Topic topic : whose) {
      watched.merge(topic, 1, Integer::sum);
      fresh.add(topic);
    }
    begin();
    return () -> whose.forEach(this::unwatch);
  }

  private void unwatch(Topic topic) {
    watched.computeIfPresent(
        topic,
        (same, readers) -> {
          if (readers > 1) {
            return readers - 1;
          }
          told.remove(topic);
          fresh.remove(topic);
          return null;
        });
  }

  private synchronized void begin() {
    if (!running) {
      running = true;
      context.runOnContext(turn -> lookLater());
    }
  }

  private void lookLater() {
    vertx.setTimer(EVERY_MILLIS, fired -> look());
  }

  private void look() {
    if (!stops()) {
      goOn(watched.keySet().iterator());
    }
  }

  /** Counts the readers of the next topics, until there are none. */
  private void goOn(Iterator<Topic> topics) {
    List<Topic> next = new ArrayList<>();
    while (next.size() < AT_ONCE && topics.hasNext()) {
      next.add(topics.next());
    }
    if (next.isEmpty()) {
      lookLater();
      return;
    }
    // Who comes from now on is told the next time.
    Set<Topic> news = new HashSet<>(next);
    news.removeIf(topic -> !fresh.remove(topic));
    ClusterNodes.of(vertx)
        .askAll(new LogMessage.CountReaders(Set.copyOf(next)))
        .onSuccess(answers -> tell(next, news, answers.answers()))
        .onFailure(failure -> fresh.addAll(news))
        .onComplete(done -> goOn(topics));
  }

  private void tell(List<Topic> topics, Set<Topic> news, List<JsonObject> answers) {
    List<SystemMessage> changed = new ArrayList<>();
    List<SystemMessage> same = new ArrayList<>();
    for (Topic topic : topics) {
      int readers = 0;
      for (JsonObject answer : answers) {
        readers += answer.getInteger(topic.name(), 0);
      }
      Integer before = told.put(topic, readers);
      if (!watched.containsKey(topic)) {
        told.remove(topic);
      }
      if (before == null || before != readers) {
        changed.add(notice(topic, readers));
      } else if (news.contains(topic)) {
        same.add(notice(topic, readers));
      }
    }
    if (!changed.isEmpty() || !same.isEmpty()) {
      node.each(
          audience -> {
            changed.forEach(audience.system()::tell);
            same.forEach(audience.system()::tellNew);
          });
    }
  }

  private static SystemMessage notice(Topic topic, int readers) {
    String data = new JsonObject().put("topic", topic.name()).put("readers", readers).encode();
    return new SystemMessage(topic.presence(), Instant.now(), data);
  }

  /** Stops, if nobody wants to know anything. */
  private synchronized boolean stops() {
    running = !watched.isEmpty();
    return !running;
  }
}
