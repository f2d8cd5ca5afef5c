package dev.outpour.http.operate;

import dev.outpour.bus.LogMessage;
import dev.outpour.http.limit.ClientQuota.Permit;
import dev.outpour.http.stream.SystemMessage;
import dev.outpour.loop.PerVertx;
import dev.outpour.update.Topic;
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
 * Publishes the number of subscribers that topics have on all nodes, to this node's subscribers of
 * the presence topics: when they enter, and at each change, at most once a second. Without
 * subscribers, it does nothing.
 *
 * <p>The topics are counted in portions. There is one per Vert.x, until Vert.x closes. Thread-safe.
 */
public final class PresencePublisher implements Shareable {

  private static final int AT_ONCE = 256;

  private final Vertx vertx;
  private final LocalNode node;
  private final OnDemandClock clock;

  /** How many subscribers of this node watch a topic. */
  private final ConcurrentMap<Topic, Integer> watched = new ConcurrentHashMap<>();

  /** The topics with a new watcher, which may have been told nothing yet. */
  private final Set<Topic> fresh = ConcurrentHashMap.newKeySet();

  /** The last published count of each watched topic. */
  private final ConcurrentMap<Topic, Integer> told = new ConcurrentHashMap<>();

  private PresencePublisher(VertxInternal vertx) {
    this.vertx = vertx;
    this.node = LocalNode.of(vertx);
    this.clock = new OnDemandClock(vertx, this::start, this::tick);
  }

  /** The publisher of this Vert.x. */
  public static PresencePublisher of(Vertx vertx) {
    return PerVertx.get(
        vertx, PresencePublisher.class, () -> new PresencePublisher((VertxInternal) vertx));
  }

  /** Registers a subscriber of some of the hub's own topics, until its permit is released. */
  public Permit watch(Collection<Topic> topics) {
    List<Topic> watchedTopics =
        topics.stream().flatMap(topic -> topic.presenceOf().stream()).toList();
    if (watchedTopics.isEmpty()) {
      return Permit.FREE;
    }
    for (Topic topic : watchedTopics) {
      watched.merge(topic, 1, Integer::sum);
      fresh.add(topic);
    }
    clock.demand();
    return () -> watchedTopics.forEach(this::unwatch);
  }

  private void unwatch(Topic topic) {
    watched.computeIfPresent(
        topic,
        (same, watchers) -> {
          if (watchers > 1) {
            return watchers - 1;
          }
          told.remove(topic);
          fresh.remove(topic);
          return null;
        });
  }

  private void start() {
    clock.tickLater();
  }

  private void tick() {
    long before = clock.demands();
    if (!watched.isEmpty() || !clock.stops(before)) {
      countNext(watched.keySet().iterator());
    }
  }

  /** Counts the subscribers of the next topics, until none are left. */
  private void countNext(Iterator<Topic> topics) {
    List<Topic> next = new ArrayList<>();
    while (next.size() < AT_ONCE && topics.hasNext()) {
      next.add(topics.next());
    }
    if (next.isEmpty()) {
      clock.tickLater();
      return;
    }
    // Those who enter from now on are told the next time.
    Set<Topic> news = new HashSet<>(next);
    news.removeIf(topic -> !fresh.remove(topic));
    ClusterNodes.of(vertx)
        .askAll(new LogMessage.CountReaders(Set.copyOf(next)))
        .onSuccess(answers -> publish(next, news, answers.answers()))
        .onFailure(failure -> fresh.addAll(news))
        .onComplete(done -> countNext(topics));
  }

  private void publish(List<Topic> topics, Set<Topic> news, List<JsonObject> answers) {
    List<SystemMessage> changed = new ArrayList<>();
    List<SystemMessage> same = new ArrayList<>();
    for (Topic topic : topics) {
      int count = 0;
      for (JsonObject answer : answers) {
        count += answer.getInteger(topic.name(), 0);
      }
      Integer before = told.put(topic, count);
      if (!watched.containsKey(topic)) {
        told.remove(topic);
      }
      if (before == null || before != count) {
        changed.add(message(topic, count));
      } else if (news.contains(topic)) {
        same.add(message(topic, count));
      }
    }
    if (!changed.isEmpty() || !same.isEmpty()) {
      node.each(
          subscribers -> {
            changed.forEach(subscribers.system()::tell);
            same.forEach(subscribers.system()::tellNew);
          });
    }
  }

  private static SystemMessage message(Topic topic, int count) {
    String data = new JsonObject().put("topic", topic.name()).put("readers", count).encode();
    return new SystemMessage(topic.presence(), Instant.now(), data);
  }
}
