package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A hub with a small heap, under more load than it can hold. */
class MemoryIT {

  private static final int MOST_BODIES = 300;
  private static final String PART = "x".repeat(900_000);

  @TempDir private Path directory;

  /** Starts an update that never ends. */
  private static RawHttp begin(int port) {
    RawHttp publisher = RawHttp.connect(port);
    try {
      publisher.send(
          "POST /update?topic=t HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
              + "Content-Length: 1000000\r\n\r\n");
      publisher.send(PART);
    } catch (UncheckedIOException refused) {
      // It was refused before, and went on sending.
    }
    return publisher;
  }

  private static RawHttp.Answer publish(int port) {
    try (RawHttp publisher = RawHttp.connect(port)) {
      return publisher
          .send("POST /update?topic=t HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n1")
          .answer();
    }
  }

  private static String metrics(int port) {
    try (RawHttp raw = RawHttp.connect(port)) {
      return raw.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").answer().body();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-XX:+UseG1GC", "-XX:+UseSerialGC"})
  void nothingNewIsTakenWhileMemoryIsShortAndAllGoesOnAfterwards(String collector)
      throws Exception {
    try (HubProcess hub =
        HubProcess.start(
            directory,
            Map.of(),
            List.of("-Xmx64m", collector, "-XX:TieredStopAtLevel=1"),
            "-conf",
            "{\"http\":{\"port\":0},\"ingest\":{}}")) {
      int port = hub.awaitPort();
      List<RawHttp> bodies = new ArrayList<>();
      try (SseClient reader = SseClient.to(port, "/events?topic=t").open()) {
        while (publish(port).status() == 200) {
          assertThat(bodies.size()).as("memory is never short").isLessThan(MOST_BODIES);
          bodies.add(begin(port));
        }
        RawHttp.Answer refused = publish(port);
        assertThat(refused.status()).as(refused.body()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        try (SseClient late = SseClient.to(port, "/events?topic=t").send()) {
          assertThat(late.status()).isEqualTo(200);
          assertThat(late.awaitEnd()).isEqualTo(SseClient.End.PROPER);
          assertThat(late.words().toString()).contains("outpour.closing").contains("overload");
        }
        assertThat(metrics(port))
            .contains("outpour_memory_tight 1.0")
            .contains("outpour_limited_total{reason=\"memory\"}");
        assertThat(reader.hasEnded()).isFalse();

        bodies.forEach(RawHttp::close);
        Await.within(Await.LONG.multipliedBy(2), () -> publish(port).status() == 200, hub::unread);
        reader.awaitLastId(publish(port).body().replaceAll(".*\"id\":\"([^\"]+)\".*\n", "$1"));
        assertThat(metrics(port)).contains("outpour_memory_tight 0.0");
      } finally {
        bodies.forEach(RawHttp::close);
      }
      assertThat(hub.terminate().awaitExit()).isIn(0, 143);
      List<String> output = hub.output();
      assertThat(output).noneMatch(line -> line.contains("OutOfMemory") || line.contains("ERROR"));
      long begun = output.stream().filter(line -> line.contains("Memory is short")).count();
      assertThat(begun).isBetween(1L, 2L);
      assertThat(output)
          .filteredOn(line -> line.contains("Memory is sufficient again"))
          .hasSize((int) begun);
    }
  }
}
