package dev.outpour.http.operate;

import dev.outpour.bus.LogMessage;
import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.http.stream.SystemMessage;
import dev.outpour.log.LocalLog;
import dev.outpour.loop.PerVertx;
import dev.outpour.metrics.PrometheusMetrics;
import dev.outpour.metrics.PrometheusMetrics.Counts;
import dev.outpour.update.Topic;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.Shareable;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the status of this node once a second, while anybody subscribes to {@code
 * outpour/status} here or on another node. There is one per Vert.x, until Vert.x closes.
 * Thread-safe.
 */
public final class StatusPublisher implements Shareable {

  private static final Logger log = LoggerFactory.getLogger(StatusPublisher.class);

  private static final int MAX_TOPICS = 10;

  /** Other nodes say every second that they have subscribers. */
  private static final long ELSEWHERE_NANOS = TimeUnit.SECONDS.toNanos(4);

  private final Vertx vertx;
  private final LocalNode node;
  private final ClusterNodes nodes;
  private final LocalLog history;
  private final PrometheusMetrics metrics;
  private final OnDemandClock clock;

  /** Used by one worker at a time, in the order of the clock's context. */
  private final TopTopics topics;

  /** Used on the clock's context only. */
  private final RateWindow recent = new RateWindow();

  private volatile boolean elsewhere;
  private volatile long elsewhereNanos;

  private StatusPublisher(Vertx vertx) {
    this.vertx = vertx;
    this.node = LocalNode.of(vertx);
    this.history = LocalLog.of(vertx);
    this.metrics = PrometheusMetrics.of(vertx);
    this.topics = new TopTopics(history);
    this.clock = new OnDemandClock((VertxInternal) vertx, this::start, this::tick);
    this.nodes = ClusterNodes.of(vertx);
    nodes.onWatched(this::watchedElsewhere);
  }

  /** The publisher of this Vert.x. */
  public static StatusPublisher of(Vertx vertx) {
    return PerVertx.get(vertx, StatusPublisher.class, () -> new StatusPublisher(vertx));
  }

  /** Notes that a subscriber has entered. */
  public void watched() {
    clock.demand();
  }

  /** Notes that another node has subscribers; that counts for a while. */
  private void watchedElsewhere() {
    elsewhereNanos = System.nanoTime();
    elsewhere = true;
    clock.demand();
  }

  private boolean isWatchedElsewhere() {
    return elsewhere && System.nanoTime() - elsewhereNanos < ELSEWHERE_NANOS;
  }

  private void start() {
    if (!isWatchedElsewhere()) {
      nodes.tell(new LogMessage.Watched(node.name()));
    }
    long last = last();
    recent.begin(metrics.counts());
    vertx
        .executeBlocking(
            () -> {
              topics.forget();
              topics.scan(last);
              return true;
            })
        .onComplete(scanned -> clock.tickLater());
  }

  /** Counting the topics of thousands of updates takes too long for an event loop. */
  private void tick() {
    long before = clock.demands();
    long last = last();
    vertx
        .executeBlocking(
            () -> {
              topics.scan(last);
              return topics.busiest(MAX_TOPICS);
            })
        .onSuccess(busiest -> publish(before, busiest))
        .onFailure(
            failure -> {
              log.error("Cannot publish the status of this node", failure);
              clock.tickLater();
            });
  }

  private void publish(long before, Map<Topic, Double> busiest) {
    node.askForLater(
            vertx,
            subscribers ->
                subscribers
                    .countsOf(busiest.keySet())
                    .map(counts -> SubscriberCounts.of(subscribers, last(), counts)))
        .onSuccess(
            all -> {
              SubscriberCounts counts = SubscriberCounts.sum(all);
              if (counts.watching() > 0) {
                nodes.tell(new LogMessage.Watched(node.name()));
              } else if (!isWatchedElsewhere() && clock.stops(before)) {
                return;
              }
              publish(counts, busiest);
              clock.tickLater();
            });
  }

  private void publish(SubscriberCounts counts, Map<Topic, Double> busiest) {
    Counts totals = metrics.counts();
    recent.add(totals);
    Instant now = Instant.now();
    String data =
        new StatusReport(node, now, counts, recent, history, busiest).json(totals).encode();
    SystemMessage message = new SystemMessage(Topic.STATUS, now, data);
    node.each(subscribers -> subscribers.system().tell(message));
    if (isWatchedElsewhere()) {
      nodes.tell(message.by(node.name()));
    }
  }

  private long last() {
    LogDescription known = history.description();
    return known == null ? 0 : known.head().last();
  }
}
