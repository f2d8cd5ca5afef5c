package dev.outpour.http.operate;

import dev.outpour.bus.LogMessage;
import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.http.stream.SystemMessage;
import dev.outpour.log.LocalLog;
import dev.outpour.loop.PerVertx;
import dev.outpour.metrics.PrometheusMetrics;
import dev.outpour.metrics.PrometheusMetrics.Counts;
import dev.outpour.update.Topic;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.Shareable;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once a second how this node is, for those who read {@code outpour/status}; while nobody
 * does, it does nothing. There is one per Vert.x, until Vert.x closes. It may be used from any
 * thread.
 */
public final class StatusPublisher implements Shareable {

  private static final Logger log = LoggerFactory.getLogger(StatusPublisher.class);

  private static final long EVERY_MILLIS = 1_000;
  private static final int MOST_TOPICS = 10;

  /** Others say every second that they are watched. */
  private static final long ELSEWHERE_NANOS = TimeUnit.SECONDS.toNanos(4);

  private final Vertx vertx;
  private final LocalNode node;
  private final LocalLog history;
  private final PrometheusMetrics metrics;
  private final Context context;

  /** Used by one worker at a time, in the order of the context. */
  private final TopTopics topics;

  /** Known to the context alone. */
  private final RateWindow recent = new RateWindow();

  private volatile boolean elsewhere;
  private volatile long elsewhereNanos;
  private boolean running;
  private long watched;

  private StatusPublisher(Vertx vertx) {
    VertxInternal inside = (VertxInternal) vertx;
    this.vertx = vertx;
    this.node = LocalNode.of(vertx);
    this.history = LocalLog.of(vertx);
    this.metrics = PrometheusMetrics.of(vertx);
    this.topics = new TopTopics(history);
    // One of its own: that of a verticle would end with it.
    this.context =
        inside.contextBuilder().withEventLoop(inside.getOrCreateContext().nettyEventLoop()).build();
  }

  /** The one of this Vert.x. */
  public static StatusPublisher of(Vertx vertx) {
    return PerVertx.get(vertx, StatusPublisher.class, () -> new StatusPublisher(vertx));
  }

  /** Begins to tell, if it does not, as somebody has come to read it. */
  public synchronized void watched() {
    watched++;
    if (!running) {
      running = true;
      context.runOnContext(turn -> begin());
    }
  }

  /** Goes on for a while, as somebody reads it at another node. */
  void watchedElsewhere() {
    elsewhereNanos = System.nanoTime();
    elsewhere = true;
    watched();
  }

  private boolean isWatchedElsewhere() {
    return elsewhere && System.nanoTime() - elsewhereNanos < ELSEWHERE_NANOS;
  }

  private void begin() {
    if (!isWatchedElsewhere()) {
      ClusterNodes.of(vertx).tell(new LogMessage.Watched(node.name()));
    }
    long last = last();
    recent.begin(metrics.counts());
    vertx
        .executeBlocking(
            () -> {
              topics.forget();
              topics.look(last);
              return true;
            })
        .onComplete(looked -> tellLater());
  }

  private void tellLater() {
    vertx.setTimer(EVERY_MILLIS, fired -> tell());
  }

  /** To look through thousands of updates takes too long for an event loop. */
  private void tell() {
    long before = calls();
    long last = last();
    vertx
        .executeBlocking(
            () -> {
              topics.look(last);
              return topics.busiest(MOST_TOPICS);
            })
        .onSuccess(busiest -> tell(before, busiest))
        .onFailure(
            failure -> {
              log.error("It cannot be told how this node is", failure);
              tellLater();
            });
  }

  private void tell(long before, Map<Topic, Double> busiest) {
    node.askForLater(
            vertx,
            audience ->
                audience
                    .countsOf(busiest.keySet())
                    .map(counts -> SubscriberCounts.of(audience, last(), counts)))
        .onSuccess(
            all -> {
              SubscriberCounts census = SubscriberCounts.sum(all);
              if (census.watching() > 0) {
                ClusterNodes.of(vertx).tell(new LogMessage.Watched(node.name()));
              } else if (!isWatchedElsewhere() && stops(before)) {
                return;
              }
              tell(census, busiest);
              tellLater();
            });
  }

  private void tell(SubscriberCounts census, Map<Topic, Double> busiest) {
    Counts counts = metrics.counts();
    recent.add(counts);
    Instant now = Instant.now();
    String data =
        new StatusReport(node, now, census, recent, history, busiest).json(counts).encode();
    SystemMessage notice = new SystemMessage(Topic.STATUS, now, data);
    node.each(audience -> audience.system().tell(notice));
    if (isWatchedElsewhere()) {
      ClusterNodes.of(vertx).tell(notice.by(node.name()));
    }
  }

  private long last() {
    LogDescription known = history.description();
    return known == null ? 0 : known.head().last();
  }

  private synchronized long calls() {
    return watched;
  }

  /** Stops, unless somebody has come since. */
  private synchronized boolean stops(long before) {
    running = watched != before;
    return !running;
  }
}
