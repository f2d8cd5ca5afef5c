package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the dashboard and the alert rules with the metrics of a running hub. */
class MonitoringTest {
  private static final Path DASHBOARD = Path.of("packaging/grafana/outpour.json");
  private static final Path RULES = Path.of("packaging/prometheus/alerts.yml");

  private static final Pattern METRIC = Pattern.compile("\\b(?:outpour|jvm|process)_\\w+");
  private static final Pattern SCRAPED = Pattern.compile("^(\\w+)[ {]", Pattern.MULTILINE);

  private static Set<String> named(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(match -> match.group(match.groupCount()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String scrape(TestHub hub) {
    try (RawHttp connection = hub.connect()) {
      return connection.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").answer().body();
    }
  }

  @Test
  void everyMetricThatIsNamedIsThere() throws Exception {
    String rules =
        Files.readAllLines(RULES).stream()
            .filter(line -> line.strip().startsWith("expr:"))
            .collect(Collectors.joining("\n"));
    Set<String> named = named(METRIC, Files.readString(DASHBOARD) + rules);
    assertThat(named).hasSizeGreaterThan(10);
    TestHub.run(
        new JsonObject(),
        hub -> {
          assertThat(hub.post("topic=*", null, "1").statusCode()).isEqualTo(400);
          try (SseClient reader = hub.read("topic=a")) {
            hub.publish("a", "1");
            reader.awaitEvents(1);
          }
          Await.until(
              "the end of its stream is told",
              () -> scrape(hub).contains("outpour_readers_closed_total{reason=\"gone\"} 1"));
          assertThat(named(SCRAPED, scrape(hub))).containsAll(named);
        });
  }

  @Test
  void dashboardIsOneThatHasPanelsWithQueries() throws IOException {
    JsonObject dashboard = new JsonObject(Files.readString(DASHBOARD));
    List<JsonObject> panels =
        dashboard.getJsonArray("panels").stream().map(JsonObject.class::cast).toList();
    assertThat(panels).extracting(panel -> panel.getInteger("id")).doesNotHaveDuplicates();
    assertThat(panels)
        .filteredOn(panel -> !panel.getString("type").equals("row"))
        .hasSizeGreaterThan(8)
        .allSatisfy(panel -> assertThat(panel.getJsonArray("targets")).isNotEmpty());
  }

  @Test
  void rulesAreUnderstoodByPrometheusAndStrikeWhenTheyShould() throws Exception {
    String promtool = Installed.need("promtool", "prometheus").toString();
    run(promtool, "check", "rules", RULES.toString());
    run(promtool, "test", "rules", RULES.resolveSibling("alerts-test.yml").toString());
  }

  @Test
  void noConditionInTheManualHoldsForConnectionsThatNobodyUses(@TempDir Path folder)
      throws Exception {
    String manual = Files.readString(Path.of("docs/reference/metrics.md"));
    List<String> conditions =
        Pattern.compile("`([^`]*outpour_limited_total[^`]* [<>=]+ [^`]*)`")
            .matcher(manual.substring(manual.indexOf("## Worth an alert")))
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(conditions).hasSize(1);
    String rule = "{groups: [{name: g, rules: [{alert: Limits, expr: '%s'}]}]}";
    Files.writeString(folder.resolve("rules.yml"), rule.formatted(conditions.get(0)));
    Files.writeString(
        folder.resolve("test.yml"),
        """
        rule_files: [rules.yml]
        tests:
          - interval: 1m
            input_series:
              - { series: 'outpour_limited_total{reason="idle"}', values: 0+3x20 }
              - { series: 'outpour_limited_total{reason="streams"}', values: 0x10 3x10 }
            alert_rule_test:
              - { eval_time: 9m, alertname: Limits }
              - eval_time: 12m
                alertname: Limits
                exp_alerts: [{ exp_labels: { reason: streams } }]
        """);
    String promtool = Installed.need("promtool", "prometheus").toString();
    run(promtool, "test", "rules", folder.resolve("test.yml").toString());
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
  }
}
