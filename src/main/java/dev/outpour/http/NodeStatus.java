package dev.outpour.http;

import dev.outpour.broadcast.LocalLog;
import dev.outpour.broadcast.LogMessage;
import dev.outpour.broadcast.LogMessage.LogDescription;
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

/**
 * Says once a second how this node is, for those who read {@code outpour/status}; while nobody
 * does, it does nothing. There is one per Vert.x, until Vert.x closes. It may be used from any
 * thread.
 */
final class NodeStatus implements Shareable {

  private static final long EVERY_MILLIS = 1_000;
  private static final int MOST_TOPICS = 10;

  /** Others say every second that they are watched. */
  private static final long ELSEWHERE_NANOS = TimeUnit.SECONDS.toNanos(4);

  private final Vertx vertx;
  private final Node node;
  private final LocalLog log;
  private final PrometheusMetrics metrics;
  private final Context context;

  // Known to the context alone.
  private final BusyTopics topics;
  private final RecentCounts recent = new RecentCounts();

  private volatile boolean elsewhere;
  private volatile long elsewhereNanos;
  private boolean running;
  private long watched;

  private NodeStatus(Vertx vertx) {
    VertxInternal inside = (VertxInternal) vertx;
    this.vertx = vertx;
    this.node = Node.of(vertx);
    this.log = LocalLog.of(vertx);
    this.metrics = PrometheusMetrics.of(vertx);
    this.topics = new BusyTopics(log);
    // One of its own: that of a verticle would end with it.
    this.context =
        inside.contextBuilder().withEventLoop(inside.getOrCreateContext().nettyEventLoop()).build();
  }

  /** The one of this Vert.x. */
  static NodeStatus of(Vertx vertx) {
    return vertx
        .sharedData()
        .<String, NodeStatus>getLocalMap("outpour.status")
        .computeIfAbsent("here", key -> new NodeStatus(vertx));
  }

  /** Begins to tell, if it does not, as somebody has come to read it. */
  synchronized void watched() {
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
      Nodes.of(vertx).tell(new LogMessage.Watched(node.name()));
    }
    topics.forget();
    topics.look(last());
    recent.begin(metrics.counts());
    tellLater();
  }

  private void tellLater() {
    vertx.setTimer(EVERY_MILLIS, fired -> tell());
  }

  private void tell() {
    long before = calls();
    topics.look(last());
    Map<Topic, Double> busiest = topics.busiest(MOST_TOPICS);
    node.askForLater(
            vertx,
            audience ->
                audience
                    .readersOf(busiest.keySet())
                    .map(counts -> Census.of(audience, last(), counts)))
        .onSuccess(
            all -> {
              Census census = Census.sum(all);
              if (census.watching() > 0) {
                Nodes.of(vertx).tell(new LogMessage.Watched(node.name()));
              } else if (!isWatchedElsewhere() && stops(before)) {
                return;
              }
              tell(census, busiest);
              tellLater();
            });
  }

  private void tell(Census census, Map<Topic, Double> busiest) {
    Counts counts = metrics.counts();
    recent.add(counts);
    Instant now = Instant.now();
    String data =
        new StatusReport(node, now, census, recent, log.description(), log.retained(), busiest)
            .json(counts)
            .encode();
    Notice notice = new Notice(Topic.STATUS, now, data);
    node.each(audience -> audience.notices().tell(notice));
    if (isWatchedElsewhere()) {
      Nodes.of(vertx).tell(notice.by(node));
    }
  }

  private long last() {
    LogDescription known = log.description();
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
