package dev.outpour.cli.bench;

import static dev.outpour.cli.terminal.NumberFormat.exact;
import static dev.outpour.cli.terminal.NumberFormat.millis;
import static dev.outpour.cli.terminal.NumberFormat.whole;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.stream.Collectors;

/** A bench's result as a table for people, and as JSON for programs. */
final class BenchReport {
  private static final int WIDTH = "connections lost".length() + 2;

  private final BenchResult result;
  private final StringBuilder out = new StringBuilder();

  private BenchReport(BenchResult result) {
    this.result = result;
  }

  /** One line for each figure; rare faults have a line only if they occurred. */
  static String table(BenchResult result) {
    return new BenchReport(result).table();
  }

  private String table() {
    BenchPlan.Load load = result.plan().load();
    String topics = load.topics() == 1 ? "one topic" : whole(load.topics()) + " topics";
    String connected = exact(result.connectMillis() / 1_000.0) + " s";
    line("readers", whole(load.subscribers()) + " on " + topics + ", connected in " + connected);
    line(
        "published",
        count(Counter.PUBLISHED)
            + " updates of "
            + whole(load.size())
            + " bytes, "
            + exact(result.perSecond(Counter.ANSWERS))
            + " per second");
    line(
        "delivered",
        count(Counter.DELIVERED)
            + ", "
            + whole(Math.round(result.perSecond(Counter.ARRIVALS)))
            + " per second");
    line("latency", percentiles(result.times().delivery()));
    line("answer", percentiles(result.times().answer()));
    line("lost", count(Counter.LOST));
    line("doubled", count(Counter.DOUBLED));
    line("out of order", count(Counter.OUT_OF_ORDER));
    rare("foreign", Counter.FOREIGN, " events with data that was not published");
    rare("connections lost", Counter.CONNECTIONS_LOST, "");
    rare(
        "not sent",
        Counter.NOT_SENT,
        " updates were due while all publishers waited: lower --rate, raise --publishers");
    rare("publishes failed", result.failures());
    rare("the hub said", result.hubEvents());
    return out.toString();
  }

  private void line(String name, String value) {
    out.append(name).append(" ".repeat(WIDTH - name.length())).append(value).append('\n');
  }

  private void rare(String name, Counter counter, String text) {
    if (result.count(counter) > 0) {
      line(name, count(counter) + text);
    }
  }

  private void rare(String name, Map<String, Long> counts) {
    if (!counts.isEmpty()) {
      line(
          name,
          counts.entrySet().stream()
              .map(entry -> entry.getKey() + ": " + whole(entry.getValue()))
              .collect(Collectors.joining(", ")));
    }
  }

  private String count(Counter counter) {
    return whole(result.count(counter));
  }

  private static String percentiles(Percentiles times) {
    return String.join(
        "   ",
        "p50 " + millis(times.p50()),
        "p90 " + millis(times.p90()),
        "p99 " + millis(times.p99()),
        "p99.9 " + millis(times.p999()),
        "max " + millis(times.max()));
  }

  /** One object. Programs read it: names and units do not change. */
  static JsonObject json(BenchResult result) {
    BenchPlan.Load load = result.plan().load();
    JsonObject json =
        new JsonObject()
            .put("readers", load.subscribers())
            .put("topics", load.topics())
            .put("publishers", load.publishers());
    load.rate().ifPresent(rate -> json.put("rate", rate));
    return json.put("sizeBytes", load.size())
        .put("warmupSeconds", result.plan().schedule().warmup().toSeconds())
        .put("seconds", result.plan().schedule().measured().toSeconds())
        .put("connectMillis", result.connectMillis())
        .put("published", result.count(Counter.PUBLISHED))
        .put("publishedPerSecond", result.perSecond(Counter.ANSWERS))
        .put("delivered", result.count(Counter.DELIVERED))
        .put("deliveredPerSecond", result.perSecond(Counter.ARRIVALS))
        .put("latencyMillis", json(result.times().delivery()))
        .put("answerMillis", json(result.times().answer()))
        .put("lost", result.count(Counter.LOST))
        .put("doubled", result.count(Counter.DOUBLED))
        .put("outOfOrder", result.count(Counter.OUT_OF_ORDER))
        .put("foreign", result.count(Counter.FOREIGN))
        .put("connectionsLost", result.count(Counter.CONNECTIONS_LOST))
        .put("notSent", result.count(Counter.NOT_SENT))
        .put("publishesFailed", new JsonObject(Map.copyOf(result.failures())))
        .put("hubEvents", new JsonObject(Map.copyOf(result.hubEvents())));
  }

  private static JsonObject json(Percentiles times) {
    return new JsonObject()
        .put("p50", times.p50())
        .put("p90", times.p90())
        .put("p99", times.p99())
        .put("p999", times.p999())
        .put("max", times.max());
  }
}
