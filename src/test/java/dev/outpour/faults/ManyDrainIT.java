package dev.outpour.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.HubProcess;
import dev.outpour.ManyReader;
import dev.outpour.ManyReader.Plan;
import dev.outpour.ManyReader.Return;
import dev.outpour.ManyReaders;
import dev.outpour.RawHttp;
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

/** A hub with thousands of readers is told to stop, and another takes its place. */
@Tag(Extent.ALONE)
@Tag(Extent.TAG)
@Tag(Extent.LONG)
class ManyDrainIT {

  private static final int READERS = Extent.of(5_000, 1_000);
  private static final int DRAIN_SECONDS = 20;

  /** The hub's own pace: it does not drain for longer than this many readers a second take. */
  private static final int READERS_A_SECOND = 500;

  @TempDir private Path directory;

  private HubProcess start(int port) throws Exception {
    JsonObject configuration =
        new JsonObject()
            .put("http", new JsonObject().put("port", port).put("drainSeconds", DRAIN_SECONDS))
            .put("ingest", new JsonObject())
            .put("history", new JsonObject().put("store", "sqlite"));
    Path conf = Files.writeString(directory.resolve("conf.json"), configuration.encode());
    List<String> heap = List.of("-Xmx512m");
    return HubProcess.start(directory, Map.of(), heap, "-conf", conf.toString());
  }

  @Test
  void thousandsAreToldOneAfterTheOtherAndHaveAllFromTheNextHubOnce() throws Exception {
    int port = HubProcess.freePort();
    HubProcess hub = start(port);
    hub.awaitPort();
    try (ManyReaders readers = new ManyReaders(port)) {
      List<ManyReader> all =
          readers.open(
              READERS,
              i -> Plan.of("/events?topic=a&topic=lines").ofEverything().returns(Return.AS_TOLD));
      SteadyPublisher publisher = new SteadyPublisher(port, "one", "a", 5);
      Await.until("some published", () -> publisher.acknowledged() >= 50);
      // Its line is taken before the end, and answered after.
      ManyReader ofLines = readers.open(Plan.of("/events?topic=lines"));
      RawHttp lines = beginLines(port).sendChunk("1\n");
      ManyReaders.await("given the line", List.of(ofLines), each -> each.count() == 1);
      long told = System.nanoTime();
      hub.terminate();
      lines.send("0\r\n\r\n");
      assertThat(hub.awaitExit()).as("ended by SIGTERM").isZero();
      double took = (System.nanoTime() - told) / 1e9;
      assertThat(lines.answer().body()).contains("\"count\":1");
      lines.close();
      double span = spread(all, told);
      System.out.printf(
          "%d readers: the process ended in %.1f s, the middle 80%% of the closings took %.1f s%n",
          READERS, took, span);
      double most = Math.min(DRAIN_SECONDS, READERS / (double) READERS_A_SECOND);
      assertThat(took).isLessThan(most + 5);
      assertThat(span).as("spread over the drain").isGreaterThan(0.4 * most);
      ManyReaders.check("told why", all, ManyDrainIT::isToldOfTheShutdown);

      hub = start(port);
      hub.awaitPort();
      publisher.close();
      long count = publisher.acknowledged() + 1L;
      ManyReaders.await(Duration.ofSeconds(60), "given all", all, each -> each.count() >= count);
      ManyReader whole =
          readers.open(Plan.of("/events?topic=a&topic=lines&lastEventId=earliest").ofEverything());
      ManyReaders.await("given all", List.of(whole), each -> each.count() >= count);
      ManyReaders.check("right", all, each -> each.fault() == null && each.count() == count);
      ManyReaders.check("given the log", all, each -> each.digest() == whole.digest());
    } finally {
      hub.close();
    }
  }

  private static RawHttp beginLines(int port) {
    return RawHttp.connect(port)
        .send(
            "POST /update?topic=lines HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
  }

  private static boolean isToldOfTheShutdown(ManyReader reader) {
    return reader.words().stream()
        .anyMatch(
            word ->
                word.name().equals("outpour.closing")
                    && word.id() != null
                    && word.data().equals("{\"reason\":\"shutdown\"}"));
  }

  /** The time, in seconds, in which the middle eight tenths were told. */
  private static double spread(List<ManyReader> readers, long since) {
    List<Long> told =
        readers.stream().map(each -> each.words().get(0).nanos() - since).sorted().toList();
    return (told.get(told.size() * 9 / 10) - told.get(told.size() / 10)) / 1e9;
  }
}
