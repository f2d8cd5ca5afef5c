package dev.outpour.http.operate;

import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.history.History.Retained;
import dev.outpour.log.LocalLog;
import dev.outpour.metrics.Build;
import dev.outpour.metrics.Latencies;
import dev.outpour.metrics.PrometheusMetrics.Counts;
import dev.outpour.update.LogHead;
import dev.outpour.update.Topic;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The status of a node at one moment, as published on {@code outpour/status}.
 *
 * @param busiest the busiest topics, each with its updates a second
 */
record StatusReport(
    LocalNode node,
    Instant time,
    SubscriberCounts counts,
    RateWindow recent,
    LocalLog history,
    Map<Topic, Double> busiest) {

  JsonObject json(Counts totals) {
    LogDescription log = history.description();
    Runtime runtime = Runtime.getRuntime();
    return new JsonObject()
        .put("node", node.name())
        .put("version", Build.VERSION)
        .put("java", System.getProperty("java.version"))
        .put("time", time.toString())
        .put("uptimeSeconds", rounded(node.uptimeSeconds()))
        .put(
            "readers",
            new JsonObject()
                .put("connected", counts.subscribers())
                .put("behind", counts.behind())
                .put("furthestBehind", counts.furthestBehind()))
        .put(
            "perSecond",
            new JsonObject()
                .put("published", rounded(recent.perSecond(Counts::published)))
                .put("delivered", rounded(recent.perSecond(Counts::delivered)))
                .put("deliveredBytes", Math.round(recent.perSecond(Counts::deliveredBytes))))
        .put("latencyMillis", latency(recent.latencies()))
        .put("history", log == null ? null : history(log.head()))
        .put("topics", topics())
        .put("closed", new JsonObject(Map.copyOf(totals.closed())))
        .put("heapBytes", runtime.totalMemory() - runtime.freeMemory())
        .put("heapMaxBytes", runtime.maxMemory());
  }

  private static JsonObject latency(Latencies recent) {
    return new JsonObject()
        .put("p50", orNull(recent.millis(0.5)))
        .put("p99", orNull(recent.millis(0.99)));
  }

  private JsonObject history(LogHead head) {
    boolean empty = head.earliest() > head.last();
    Retained retained = history.retained();
    return new JsonObject()
        .put("first", empty ? null : head.lineage().at(head.earliest()).toString())
        .put("last", head.position().toString())
        .put("updates", head.last() - head.earliest() + 1)
        .put("bytes", retained == null ? null : retained.bytes())
        .put("ageSeconds", ageSeconds(retained));
  }

  private @Nullable Double ageSeconds(@Nullable Retained retained) {
    return retained == null || retained.oldestMillis() == 0
        ? null
        : Math.max(0, time.toEpochMilli() - retained.oldestMillis()) / 1e3;
  }

  private JsonArray topics() {
    JsonArray topics = new JsonArray();
    busiest.forEach(
        (topic, perSecond) ->
            topics.add(
                new JsonObject()
                    .put("topic", topic.name())
                    .put("publishedPerSecond", rounded(perSecond))
                    .put("readers", counts.byTopic().getOrDefault(topic, 0))));
    return topics;
  }

  private static @Nullable Double orNull(OptionalDouble millis) {
    return millis.isPresent() ? (Double) rounded(millis.getAsDouble()) : null;
  }

  private static double rounded(double value) {
    return Math.round(value * 1e3) / 1e3;
  }
}
