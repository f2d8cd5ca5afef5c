package dev.outpour.cli.bench;

import static dev.outpour.cli.terminal.NumberFormat.exact;
import static dev.outpour.cli.terminal.NumberFormat.millis;
import static dev.outpour.cli.terminal.NumberFormat.whole;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.stream.Collectors;

/** A bench's result as people and as programs read it. */
final class BenchReport {
  private static final int WIDTH = "connections lost".length() + 2;

  private BenchReport() {}

  /** A line for each figure; what did not happen and need not is left out. */
  static String table(BenchResult result) {
    BenchPlan plan = result.plan();
    String topics = plan.topics() == 1 ? "one topic" : whole(plan.topics()) + " topics";
    StringBuilder out = new StringBuilder();
    line(
        out,
        "readers",
        whole(plan.readers())
            + " on "
            + topics
            + ", connected in "
            + exact(result.connectMillis() / 1_000.0)
            + " s");
    line(
        out,
        "published",
        whole(result.published())
            + " updates of "
            + whole(plan.size())
            + " bytes, "
            + exact(result.publishedPerSecond())
            + " per second");
    line(
        out,
        "delivered",
        whole(result.delivered())
            + ", "
            + whole(Math.round(result.deliveredPerSecond()))
            + " per second");
    line(out, "latency", percentiles(result.latency()));
    line(out, "answer", percentiles(result.answer()));
    line(out, "lost", whole(result.lost()));
    line(out, "doubled", whole(result.doubled()));
    line(out, "out of order", whole(result.outOfOrder()));
    unusual(result, out);
    return out.toString();
  }

  private static void unusual(BenchResult result, StringBuilder out) {
    if (result.foreign() > 0) {
      line(out, "foreign", whole(result.foreign()) + " events with data that was not published");
    }
    if (result.connectionsLost() > 0) {
      line(out, "connections lost", whole(result.connectionsLost()));
    }
    if (result.notSent() > 0) {
      line(
          out,
          "not sent",
          whole(result.notSent())
              + " updates were due while all publishers waited: lower --rate, raise --publishers");
    }
    if (!result.publishesFailed().isEmpty()) {
      line(out, "publishes failed", counts(result.publishesFailed()));
    }
    if (!result.words().isEmpty()) {
      line(out, "the hub said", counts(result.words()));
    }
  }

  private static void line(StringBuilder out, String name, String value) {
    out.append(name).append(" ".repeat(WIDTH - name.length())).append(value).append('\n');
  }

  private static String percentiles(Percentiles it) {
    return String.join(
        "   ",
        "p50 " + millis(it.p50()),
        "p90 " + millis(it.p90()),
        "p99 " + millis(it.p99()),
        "p99.9 " + millis(it.p999()),
        "max " + millis(it.max()));
  }

  private static String counts(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> entry.getKey() + ": " + whole(entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** One object; names and units stay as they are. */
  static JsonObject json(BenchResult result) {
    BenchPlan plan = result.plan();
    JsonObject json =
        new JsonObject()
            .put("readers", plan.readers())
            .put("topics", plan.topics())
            .put("publishers", plan.publishers());
    plan.rate().ifPresent(rate -> json.put("rate", rate));
    return json.put("sizeBytes", plan.size())
        .put("warmupSeconds", plan.warmup().toSeconds())
        .put("seconds", plan.measured().toSeconds())
        .put("connectMillis", result.connectMillis())
        .put("published", result.published())
        .put("publishedPerSecond", result.publishedPerSecond())
        .put("delivered", result.delivered())
        .put("deliveredPerSecond", result.deliveredPerSecond())
        .put("latencyMillis", json(result.latency()))
        .put("answerMillis", json(result.answer()))
        .put("lost", result.lost())
        .put("doubled", result.doubled())
        .put("outOfOrder", result.outOfOrder())
        .put("foreign", result.foreign())
        .put("connectionsLost", result.connectionsLost())
        .put("notSent", result.notSent())
        .put("publishesFailed", new JsonObject(Map.copyOf(result.publishesFailed())))
        .put("hubEvents", new JsonObject(Map.copyOf(result.words())));
  }

  private static JsonObject json(Percentiles percentiles) {
    return new JsonObject()
        .put("p50", percentiles.p50())
        .put("p90", percentiles.p90())
        .put("p99", percentiles.p99())
        .put("p999", percentiles.p999())
        .put("max", percentiles.max());
  }
}
