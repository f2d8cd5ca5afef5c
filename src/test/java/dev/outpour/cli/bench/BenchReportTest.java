package dev.outpour.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.cli.hub.HubAddress;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** The result as a table for people, and as JSON for programs. */
class BenchReportTest {
  private static final BenchResult RESULT =
      new BenchResult(
          new BenchPlan(
              HubAddress.of("http://127.0.0.1/", null, null),
              new BenchPlan.Load(20_000, 5, 16, OptionalDouble.of(50), 100),
              new BenchPlan.Schedule(
                  Duration.ofSeconds(3), Duration.ofSeconds(10), Duration.ofSeconds(5))),
          1_234,
          Map.of(
              Counter.PUBLISHED, 500L,
              Counter.ANSWERS, 499L,
              Counter.DELIVERED, 2_000_000L,
              Counter.ARRIVALS, 2_001_234L,
              Counter.LOST, 1L,
              Counter.DOUBLED, 2L,
              Counter.OUT_OF_ORDER, 3L,
              Counter.CONNECTIONS_LOST, 4L),
          new BenchResult.Times(
              new Percentiles(1.25, 2, 3.5, 44, 1_234.5), new Percentiles(0.5, 0.75, 1, 1.5, 2)),
          Map.of("503", 5L),
          Map.of("outpour.closing (slow)", 4L));

  @Test
  void tableHasALineForEachFigureAndOccurredFault() {
    assertThat(BenchReport.table(RESULT))
        .isEqualTo(
            """
            readers           20,000 on 5 topics, connected in 1.23 s
            published         500 updates of 100 bytes, 49.90 per second
            delivered         2,000,000, 200,123 per second
            latency           p50 1.25 ms   p90 2.00 ms   p99 3.50 ms   p99.9 44.00 ms   max 1,235 ms
            answer            p50 0.50 ms   p90 0.75 ms   p99 1.00 ms   p99.9 1.50 ms   max 2.00 ms
            lost              1
            doubled           2
            out of order      3
            connections lost  4
            publishes failed  503: 5
            the hub said      outpour.closing (slow): 4
            """);
  }

  @Test
  void jsonNamesHaveUnits() {
    assertThat(BenchReport.json(RESULT).encode())
        .isEqualTo(
            "{\"readers\":20000,\"topics\":5,\"publishers\":16,\"rate\":50.0,\"sizeBytes\":100,"
                + "\"warmupSeconds\":3,\"seconds\":10,\"connectMillis\":1234,\"published\":500,"
                + "\"publishedPerSecond\":49.9,\"delivered\":2000000,"
                + "\"deliveredPerSecond\":200123.4,\"latencyMillis\":{\"p50\":1.25,\"p90\":2.0,"
                + "\"p99\":3.5,\"p999\":44.0,\"max\":1234.5},\"answerMillis\":{\"p50\":0.5,"
                + "\"p90\":0.75,\"p99\":1.0,\"p999\":1.5,\"max\":2.0},\"lost\":1,\"doubled\":2,"
                + "\"outOfOrder\":3,\"foreign\":0,\"connectionsLost\":4,\"notSent\":0,"
                + "\"publishesFailed\":{\"503\":5},\"hubEvents\":{\"outpour.closing (slow)\":4}}");
  }
}
