package dev.outpour.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.HubProcess;
import dev.outpour.SseClient;
import dev.outpour.faults.Extent;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag(Extent.ALONE)
class VitalsIT {

  private static final int OPEN = 50;

  @TempDir private Path directory;

  private int port;

  @Test
  void hubIsAsItWasOnceAllHaveGone() throws Exception {
    Path conf = Files.writeString(directory.resolve("conf.json"), configuration());
    try (HubProcess hub =
        HubProcess.start(directory, Map.of(), Vitals.OPTIONS, "-conf", conf.toString())) {
      port = hub.awaitPort();
      work("first-", 300);
      Vitals before = Vitals.of(hub);
      int printed = hub.printed();
      assertThatWhatStaysOpenIsFound(hub, before);
      work("second-", 2_000);
      before.awaitBack(hub);
      hub.terminate();
      List<String> output = hub.output();
      // Up to here classes were loaded: on a busy machine that may have blocked a thread.
      assertThat(Vitals.complaints(output.subList(printed, output.size()))).isEmpty();
    }
  }

  /** Readers who come, are cut off and go, and publishers. */
  private void work(String name, int updates) throws Exception {
    try (Workload load =
        new Workload(directory.resolve("journal"), port).named(name).readers(8).start()) {
      load.awaitAcknowledged(updates);
      load.stop();
      load.check();
    }
  }

  private void assertThatWhatStaysOpenIsFound(HubProcess hub, Vitals before) throws Exception {
    List<SseClient> readers = new ArrayList<>();
    for (int i = 0; i < OPEN; i++) {
      readers.add(SseClient.to(port, "/events").open());
    }
    assertThat(Vitals.of(hub).since(before)).isNotEmpty();
    readers.forEach(SseClient::close);
  }

  private static String configuration() {
    return new JsonObject()
        .put("http", new JsonObject().put("port", 0).put("pageCacheMegabytes", 8))
        .put("ingest", new JsonObject())
        .put("history", new JsonObject().put("store", "sqlite"))
        .encode();
  }
}
