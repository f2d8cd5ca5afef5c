package dev.outpour.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.HubFigures;
import dev.outpour.HubProcess;
import dev.outpour.ManyReader;
import dev.outpour.ManyReader.Return;
import dev.outpour.ManyReaders;
import dev.outpour.SteadyPublisher;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All the readers of a hub come back together. */
@Tag(Extent.ALONE)
@Tag(Extent.TAG)
class HerdIT {

  private static final int READERS = Extent.of(5_000, 400);
  private static final int PER_SECOND = 5;
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir private Path directory;

  private HubProcess start(int port) throws Exception {
    JsonObject configuration =
        new JsonObject()
            .put("http", new JsonObject().put("port", port))
            .put("ingest", new JsonObject())
            .put("history", new JsonObject().put("store", "sqlite"));
    Path conf = Files.writeString(directory.resolve("conf.json"), configuration.encode());
    List<String> heap = List.of("-Xmx512m");
    return HubProcess.start(directory, Map.of(), heap, "-conf", conf.toString());
  }

  @Test
  void readersOfAHubThatWasKilledAreAtTheHeadSoonEvenIfTheyComeAtOnce() throws Exception {
    comeBackAfterAKill(Return.AT_ONCE, Duration.ZERO);
  }

  @Test
  void readersOfAHubThatWasKilledAreAtTheHeadSoonAsTheyAreTold() throws Exception {
    comeBackAfterAKill(Return.AS_TOLD, Duration.ofSeconds(4));
  }

  private void comeBackAfterAKill(Return whenCut, Duration longestRetry) throws Exception {
    int port = HubProcess.freePort();
    HubProcess hub = start(port);
    try (ManyReaders readers = openWhenReady(hub, port)) {
      List<ManyReader> herd =
          readers.open(
              READERS, i -> ManyReader.Plan.of("/events?topic=a").returns(whenCut).ofEverything());
      SteadyPublisher one = new SteadyPublisher(port, "one", "a", PER_SECOND);
      SteadyPublisher two = new SteadyPublisher(port, "two", "a", PER_SECOND);
      Await.until(() -> one.acknowledged() + two.acknowledged() >= 100, one::acknowledged);
      ManyReaders.await("at the head", herd, each -> each.count() >= 100);
      System.out.printf("Publishing before: %s%n", one.latencies());
      one.latencies().clear();
      hub.kill();
      hub = start(port);
      hub.awaitPort();
      long ready = System.nanoTime();
      HubFigures figures = new HubFigures(hub, port);
      double cpu = figures.cpuSeconds();
      long head = Math.max(one.last(), two.last());
      Duration most = SOON.plus(longestRetry);
      ManyReaders.await(most, "back", herd, each -> each.isOpen() && each.position() >= head);
      double back = (System.nanoTime() - ready) / 1e9;
      System.out.printf(
          "%s: all %d back in %.1f s, %.1f s of a core, %.0f MB; publishing meanwhile: %s%n",
          whenCut,
          READERS,
          back,
          figures.cpuSeconds() - cpu,
          figures.residentMegabytes(),
          one.latencies());
      one.close();
      two.close();
      int all = one.acknowledged() + two.acknowledged();
      ManyReaders.await("given all", herd, each -> each.last() >= all);
      assertThat(Math.max(one.last(), two.last())).as("one entry for each key").isEqualTo(all);
      checkWhole(readers, herd, all);
      // More often where the kernel's backlog was full.
      ManyReaders.check("connected again", herd, each -> each.connections() >= 2);
    } finally {
      hub.close();
    }
  }

  private static ManyReaders openWhenReady(HubProcess hub, int port) throws Exception {
    hub.awaitPort();
    return new ManyReaders(port);
  }

  /** Each has each update once, with the data that the log has. */
  private static void checkWhole(ManyReaders readers, List<ManyReader> herd, long all) {
    ManyReader whole =
        readers.open(ManyReader.Plan.of("/events?topic=a&lastEventId=earliest").ofEverything());
    ManyReaders.await("given the log", List.of(whole), each -> each.count() == all);
    ManyReaders.check("told nothing", herd, each -> each.fault() == null && each.words().isEmpty());
    ManyReaders.check(
        "given all", herd, each -> each.count() == all && each.digest() == whole.digest());
  }
}
