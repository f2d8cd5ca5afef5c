package dev.outpour.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.HubFigures;
import dev.outpour.HubProcess;
import dev.outpour.Latencies;
import dev.outpour.LinePublisher;
import dev.outpour.ManyReader;
import dev.outpour.ManyReaders;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers who read nothing while much is published: what they cost, and what they get. */
@Tag(Extent.ALONE)
@Tag(Extent.TAG)
class StuckReadersIT {

  private static final int STUCK = 50;
  private static final int LINE_BYTES = 200;
  private static final int PER_SECOND = 16_700;
  private static final int WARM_UP = Extent.of(400_000, 120_000);
  private static final int UPDATES = Extent.of(1_000_000, 100_000);
  private static final double MOST_GROWTH_MEGABYTES = 64;

  @TempDir private Path directory;

  private HubProcess start(int keepUpdates, int cacheMegabytes) throws Exception {
    JsonObject configuration =
        new JsonObject()
            .put(
                "http",
                new JsonObject()
                    .put("port", 0)
                    .put("stallSeconds", 600)
                    .put("pageCacheMegabytes", cacheMegabytes))
            .put("ingest", new JsonObject())
            .put(
                "history",
                new JsonObject()
                    .put("store", "sqlite")
                    .put("keepUpdates", keepUpdates)
                    .put("keepMegabytes", 4_096));
    Path conf = Files.writeString(directory.resolve("conf.json"), configuration.encode());
    return HubProcess.start(
        directory,
        Map.of(),
        List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch"),
        "-conf",
        conf.toString());
  }

  @Test
  void stuckReadersCostLittleHoldNobodyUpAndGetAllInTheEnd() throws Exception {
    try (HubProcess hub = start(10_000_000, 64)) {
      int port = hub.awaitPort();
      HubFigures figures = new HubFigures(hub, port);
      try (ManyReaders readers = new ManyReaders(port)) {
        Latencies latencies = new Latencies();
        ManyReader quick =
            readers.open(ManyReader.Plan.of("/events?topic=a").ofEverything().timed(latencies));
        LinePublisher publisher = new LinePublisher(port, "a", LINE_BYTES);
        publisher.send(WARM_UP, PER_SECOND);
        latencies.clear();
        publisher.send(UPDATES / 4, PER_SECOND);
        ManyReaders.await("given all", List.of(quick), r -> r.count() == WARM_UP + UPDATES / 4);
        String without = latencies.toString();
        double p99Without = latencies.quantile(0.99);

        List<ManyReader> stuck =
            readers.open(
                STUCK,
                i -> ManyReader.Plan.of("/events?topic=a").receiveBuffer(2_048).ofEverything());
        readers.stop(stuck);
        latencies.clear();
        double before = figures.residentMegabytes();
        publisher.send(UPDATES, PER_SECOND);
        double after = figures.residentMegabytes();
        String with = latencies.toString();
        System.out.printf("Latency without: %s, with %d stuck: %s%n", without, STUCK, with);
        System.out.printf("Resident: %.0f MB before, %.0f MB after%n", before, after);
        long all = publisher.finish();
        assertThat(all).isEqualTo(WARM_UP + UPDATES / 4 + UPDATES);
        ManyReaders.check("stuck", stuck, each -> each.count() < UPDATES / 100);
        assertThat(after - before).isLessThan(MOST_GROWTH_MEGABYTES);

        long begun = System.nanoTime();
        readers.goOn(stuck);
        ManyReaders.await(Duration.ofMinutes(5), "given all", stuck, r -> r.count() == UPDATES);
        System.out.printf(
            "All of it to all of them in %.1f s, resident then %.0f MB%n",
            (System.nanoTime() - begun) / 1e9, figures.residentMegabytes());
        ManyReaders.check(
            "told nothing", stuck, each -> each.fault() == null && each.words().isEmpty());
        ManyReaders.check("connected once", stuck, each -> each.connections() == 1);
        assertThat(stuck).extracting(ManyReader::digest).containsOnly(stuck.get(0).digest());
        assertThat(latencies.count()).isPositive();
        assertThat(latencies.quantile(0.99)).isLessThan(2 * p99Without + 50);
      }
    }
  }

  @Test
  void stuckReadersWhomTheLogHasOvertakenAreToldExactlyWhatIsLost() throws Exception {
    try (HubProcess hub = start(10_000, 8)) {
      int port = hub.awaitPort();
      try (ManyReaders readers = new ManyReaders(port)) {
        List<ManyReader> stuck =
            readers.open(STUCK, i -> ManyReader.Plan.of("/events?topic=a").receiveBuffer(2_048));
        readers.stop(stuck);
        LinePublisher publisher = new LinePublisher(port, "a", LINE_BYTES);
        publisher.send(UPDATES, PER_SECOND);
        assertThat(publisher.finish()).isEqualTo(UPDATES);
        readers.goOn(stuck);
        ManyReaders.await(Duration.ofMinutes(2), "at the head", stuck, r -> r.last() == UPDATES);
        ManyReaders.check("told", stuck, each -> each.fault() == null && !each.words().isEmpty());
        ManyReaders.check(
            "given what was not named as lost", stuck, r -> r.count() + lost(r) == UPDATES);
      }
    }
  }

  private static long lost(ManyReader reader) {
    return reader.words().stream().mapToLong(StuckReadersIT::lost).sum();
  }

  private static long lost(ManyReader.Word word) {
    assertThat(word.name()).isEqualTo("outpour.truncated");
    JsonObject data = new JsonObject(word.data());
    assertThat(data.getString("reason")).isEqualTo("expired");
    assertThat(number(data.getString("earliest"))).isEqualTo(number(word.id()) + 1);
    return number(word.id()) - number(data.getString("asked"));
  }

  private static long number(String id) {
    return Long.parseLong(id.substring(id.indexOf('-') + 1));
  }
}
