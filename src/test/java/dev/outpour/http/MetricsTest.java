package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.TestHub;
import dev.outpour.metrics.CloseReason;
import dev.outpour.metrics.Limit;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hawkular.agent.prometheus.text.TextPrometheusMetricsProcessor;
import org.hawkular.agent.prometheus.types.Counter;
import org.hawkular.agent.prometheus.types.Gauge;
import org.hawkular.agent.prometheus.types.Histogram;
import org.hawkular.agent.prometheus.types.Metric;
import org.hawkular.agent.prometheus.types.MetricFamily;
import org.hawkular.agent.prometheus.walkers.CollectorPrometheusMetricsWalker;
import org.junit.jupiter.api.Test;

/** Compares the metrics, read by another parser, with the documentation. */
class MetricsTest {

  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z0-9_]+)` \\| (\\w+) \\| ?([^|]*)\\|", Pattern.MULTILINE);

  private static Map<String, MetricFamily> scrape(TestHub hub) throws IOException {
    String text;
    try (RawHttp raw = hub.connect()) {
      text = raw.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").answer().body();
    }
    CollectorPrometheusMetricsWalker collected = new CollectorPrometheusMetricsWalker();
    new TextPrometheusMetricsProcessor(
            new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), collected)
        .walk();
    return collected.getAllMetricFamilies().stream()
        .collect(
            Collectors.toMap(MetricFamily::getName, family -> family, (a, b) -> a, TreeMap::new));
  }

  private static Metric only(Map<String, MetricFamily> scrape, String name) {
    assertThat(scrape).containsKey(name);
    return scrape.get(name).getMetrics().get(0);
  }

  private static double gauge(Map<String, MetricFamily> scrape, String name) {
    return ((Gauge) only(scrape, name)).getValue();
  }

  private static double counter(Map<String, MetricFamily> scrape, String name) {
    return ((Counter) only(scrape, name)).getValue();
  }

  private static Set<String> labels(MetricFamily family, String label) {
    return family.getMetrics().stream()
        .map(metric -> metric.getLabels().get(label))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Causes some of everything that is counted. */
  private static Map<String, MetricFamily> busy(TestHub hub) throws IOException {
    try (SseClient one = hub.read("topic=t");
        SseClient other = hub.read("topic=*")) {
      hub.publishNumbers("t", 1, 30);
      one.awaitEvents(30);
      other.awaitEvents(30);
      assertThat(hub.post("topic=*", "text/plain", "x").statusCode()).isEqualTo(400);
      return scrape(hub);
    }
  }

  @Test
  void aBusyHubIsSeenAsItIs() throws Exception {
    try (TestHub hub = TestHub.start()) {
      Map<String, MetricFamily> scrape = busy(hub);
      assertThat(gauge(scrape, "outpour_readers")).isEqualTo(2);
      assertThat(gauge(scrape, "outpour_readers_behind")).isZero();
      assertThat(gauge(scrape, "outpour_readers_lag_updates")).isZero();
      assertThat(counter(scrape, "outpour_updates_published_total")).isEqualTo(30);
      assertThat(counter(scrape, "outpour_updates_delivered_total")).isEqualTo(60);
      assertThat(counter(scrape, "outpour_delivered_bytes_total")).isGreaterThan(60 * 20);
      assertThat(gauge(scrape, "outpour_log_position")).isEqualTo(30);
      assertThat(gauge(scrape, "outpour_log_updates")).isEqualTo(30);
      assertThat(gauge(scrape, "outpour_log_bytes")).isPositive();
      assertThat(gauge(scrape, "outpour_page_cache_bytes")).isPositive();
      assertThat(gauge(scrape, "outpour_intake_bytes")).isZero();
      Histogram latency = (Histogram) only(scrape, "outpour_delivery_latency_seconds");
      assertThat(latency.getSampleCount()).isBetween(2L, 60L);
      assertThat(latency.getSampleSum()).isPositive();
      assertThat(latency.getBuckets()).hasSize(16);
      Histogram commits = (Histogram) only(scrape, "outpour_commit_updates");
      assertThat(commits.getSampleSum()).isEqualTo(30);
      assertThat(only(scrape, "outpour_build_info").getLabels().get("version"))
          .matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");
    }
  }

  @Test
  void allLimitsAndReasonsAreThereBeforeTheyAreNeeded() throws Exception {
    try (TestHub hub = TestHub.start()) {
      Map<String, MetricFamily> scrape = scrape(hub);
      assertThat(labels(scrape.get("outpour_limited_total"), "reason"))
          .containsExactlyInAnyOrderElementsOf(Stream.of(Limit.values()).map(Limit::word).toList());
      assertThat(labels(scrape.get("outpour_readers_closed_total"), "reason"))
          .containsExactlyInAnyOrderElementsOf(CloseReason.words());
    }
  }

  @Test
  void theDocumentationHasThemAll() throws Exception {
    try (TestHub hub = TestHub.start()) {
      List<String> real =
          busy(hub).values().stream()
              // Garbage collections are exported after the first one.
              .filter(family -> !family.getName().matches("jvm_gc_(pause|concurrent).*"))
              .map(
                  family ->
                      family.getName()
                          + " "
                          + family.getType().name().toLowerCase()
                          + " "
                          + family.getMetrics().stream()
                              .flatMap(metric -> metric.getLabels().keySet().stream())
                              .distinct()
                              .sorted()
                              .collect(Collectors.joining(", ")))
              .map(String::strip)
              .toList();
      List<String> documented =
          ROW.matcher(Files.readString(Path.of("docs/reference/metrics.md")))
              .results()
              .map(
                  row ->
                      (row.group(1)
                              + " "
                              + row.group(2)
                              + " "
                              + row.group(3).strip().replace("`", ""))
                          .strip())
              .toList();
      assertThat(documented).containsExactlyInAnyOrderElementsOf(real);
    }
  }
}
