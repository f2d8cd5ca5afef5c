package dev.outpour.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.HubFigures;
import dev.outpour.HubProcess;
import dev.outpour.LinePublisher;
import dev.outpour.ManyReader;
import dev.outpour.ManyReader.Plan;
import dev.outpour.ManyReader.Return;
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

/** Readers who take nothing for so long that the hub lets them go. */
@Tag(Extent.ALONE)
@Tag(Extent.TAG)
@Tag(Extent.LONG)
class StalledReadersIT {

  private static final int MANY = Extent.of(18_000, 1_000);
  private static final int UPDATES = 20_000;

  /** Between two visits of the wheel, and as much again. */
  private static final Duration A_ROUND = Duration.ofSeconds(30);

  /** So long nothing is taken once all are stuck, and less before. */
  private static final Duration STANDSTILL = Duration.ofSeconds(3);

  @TempDir private Path directory;

  private HubProcess start(int stallSeconds) throws Exception {
    JsonObject configuration =
        new JsonObject()
            .put("http", new JsonObject().put("port", 0).put("stallSeconds", stallSeconds))
            .put("ingest", new JsonObject())
            .put("history", new JsonObject().put("store", "sqlite"));
    Path conf = Files.writeString(directory.resolve("conf.json"), configuration.encode());
    List<String> heap = List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch");
    return HubProcess.start(directory, Map.of(), heap, "-conf", conf.toString());
  }

  @Test
  void readerWhoTakesNothingIsLetGoAndComesBackForTheRestAndOneWhoTakesLittleIsNot()
      throws Exception {
    try (HubProcess hub = start(5)) {
      int port = hub.awaitPort();
      HubFigures figures = new HubFigures(hub, port);
      try (ManyReaders readers = new ManyReaders(port)) {
        Plan plan =
            Plan.of("/events?topic=a").receiveBuffer(2_048).ofEverything().returns(Return.AT_ONCE);
        ManyReader quick = readers.open(Plan.of("/events?topic=a").ofEverything());
        List<ManyReader> stuck = readers.open(20, i -> plan);
        List<ManyReader> slow = readers.open(5, i -> plan.receiveBuffer(65_536));
        readers.stop(stuck);
        readers.drip(slow, 20_000);
        LinePublisher publisher = new LinePublisher(port, "a", 200);
        publisher.send(UPDATES);
        assertThat(publisher.finish()).isEqualTo(UPDATES);
        Await.within(
            Duration.ofSeconds(5).plus(A_ROUND),
            () -> figures.metric("outpour_readers_closed_total{reason=\"slow\"}") == 20,
            () -> figures.metric("outpour_readers"));
        assertThat(figures.metric("outpour_readers")).isEqualTo(6);
        readers.goOn(stuck);
        readers.goOn(slow);
        ManyReaders.await("given all", stuck, each -> each.count() == UPDATES);
        ManyReaders.await("given all", slow, each -> each.count() == UPDATES);
        ManyReaders.await("given all", List.of(quick), each -> each.count() == UPDATES);
        ManyReaders.check("cut once", stuck, each -> each.connections() == 2);
        ManyReaders.check("never cut", slow, each -> each.connections() == 1);
        for (List<ManyReader> some : List.of(stuck, slow)) {
          ManyReaders.check(
              "given it rightly",
              some,
              each -> each.fault() == null && each.digest() == quick.digest());
        }
      }
    }
  }

  @Test
  void thousandsWhoReadNothingCostABoundedAmountAndAreGoneAfterTheStallTime() throws Exception {
    int stallSeconds = Extent.of(120, 30);
    try (HubProcess hub = start(stallSeconds)) {
      int port = hub.awaitPort();
      HubFigures figures = new HubFigures(hub, port);
      try (ManyReaders readers = new ManyReaders(port)) {
        long descriptors = figures.descriptors();
        List<ManyReader> stuck =
            readers.open(MANY, i -> Plan.of("/events?topic=a").receiveBuffer(2_048));
        double idle = figures.residentMegabytes();
        readers.stop(stuck);
        LinePublisher publisher = new LinePublisher(port, "a", 200);
        publisher.send(UPDATES);
        assertThat(publisher.finish()).isEqualTo(UPDATES);
        awaitStandstill(figures);
        System.out.printf(
            "%d who read nothing: resident %.0f MB before, %.0f MB after, direct %.0f MB,"
                + " kernel %.1f KB each%n",
            MANY,
            idle,
            figures.residentMegabytes(),
            figures.directMegabytes(),
            figures.kernelKilobytes());
        assertThat(figures.metric("outpour_readers")).isEqualTo(MANY);
        Await.within(
            Duration.ofSeconds(stallSeconds).plus(A_ROUND),
            () -> figures.metric("outpour_readers") == 0,
            () -> figures.metric("outpour_readers"));
        Await.until("descriptors given back", () -> figures.descriptors() <= descriptors + 2);
        System.out.printf(
            "Gone: resident %.0f MB, direct %.0f MB%n",
            figures.residentMegabytes(), figures.directMegabytes());
      }
    }
  }

  /** Returns when nothing more is taken by anyone. */
  private static void awaitStandstill(HubFigures figures) {
    double[] delivered = {0};
    long[] since = {System.nanoTime()};
    Await.within(
        Duration.ofMinutes(4),
        () -> {
          double now = figures.metric("outpour_updates_delivered_total");
          if (now != delivered[0]) {
            delivered[0] = now;
            since[0] = System.nanoTime();
          }
          return System.nanoTime() - since[0] > STANDSTILL.toNanos();
        },
        () -> delivered[0]);
  }
}
