package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.checker.Verdict;
import dev.outpour.checker.Vitals;
import dev.outpour.checker.Workload;
import dev.outpour.faults.Extent;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other people's programs that attack and load a hub, while others read and publish. */
@Tag(Extent.FULL)
@Tag(Extent.ALONE)
class SiegeIT {

  private static final Duration MOST = Duration.ofSeconds(60);

  @TempDir private Path directory;

  private final List<Process> started = new ArrayList<>();
  private HubProcess hub;
  private HubFigures figures;
  private int port;

  @BeforeEach
  void start() throws Exception {
    JsonObject configuration =
        new JsonObject()
            .put("http", new JsonObject().put("port", 0).put("pageCacheMegabytes", 8))
            .put("limits", new JsonObject().put("headSeconds", 5).put("bodySeconds", 5))
            .put("ingest", new JsonObject());
    Path conf = Files.writeString(directory.resolve("conf.json"), configuration.encode());
    hub = HubProcess.start(directory, Map.of(), Vitals.OPTIONS, "-conf", conf.toString());
    port = hub.awaitPort();
    figures = new HubFigures(hub, port);
  }

  @AfterEach
  void stop() {
    started.forEach(Process::destroyForcibly);
    hub.close();
  }

  private File begin(String name, String... command) throws IOException {
    File output = directory.resolve(name).toFile();
    started.add(
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start());
    return output;
  }

  private File slowHttpTest(String name, String path, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Installed.need("slowhttptest", "slowhttptest").toString());
    command.addAll(List.of("-c", "500", "-r", "250", "-l", "20", "-i", "3", "-p", "2"));
    command.addAll(List.of("-u", "http://127.0.0.1:" + port + path));
    command.addAll(List.of(options));
    return begin(name, command.toArray(String[]::new));
  }

  /** Waits for all that was begun, and gives what it has printed. */
  private String awaitEnd(File output) throws Exception {
    for (Process each : started) {
      assertThat(each.waitFor(MOST.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    // Colours and what clears the screen are left out.
    return Files.readString(output.toPath()).replaceAll("\033\\[[0-9;]*[A-Za-z]", "");
  }

  private Workload workload(String name) throws IOException {
    return new Workload(directory.resolve("journal"), port)
        .named(name)
        .readers(6)
        .arrival(Await.LONG)
        .start();
  }

  private Vitals used() throws Exception {
    try (Workload calm = workload("calm-");
        RawHttp pages = RawHttp.connect(port)) {
      // The threads that read files are all there after that.
      for (int i = 0; i < 100; i++) {
        pages.send("GET /page.css HTTP/1.1\r\nHost: localhost\r\n\r\n").answer();
      }
      calm.awaitAcknowledged(200);
      calm.stop();
    }
    Vitals.awaitIdle(figures);
    return Vitals.of(hub);
  }

  private void checkWell(Workload load, Vitals before, int printed) throws Exception {
    load.stop();
    Verdict verdict = load.check();
    System.out.println(verdict);
    assertThat(verdict.acknowledged()).isGreaterThan(100);
    Vitals.awaitIdle(figures);
    before.awaitBack(hub);
    hub.terminate();
    List<String> output = hub.output();
    assertThat(Vitals.troubles(output.subList(printed, output.size()))).isEmpty();
  }

  @Test
  void slowHeadsSlowBodiesAndSlowReadersTakeNothingFromOthers() throws Exception {
    Installed.need("slowhttptest", "slowhttptest");
    Vitals before = used();
    int printed = hub.printed();
    try (Workload load = workload("")) {
      File heads = slowHttpTest("heads", "/", "-H");
      File bodies =
          slowHttpTest("bodies", "/update?topic=slow", "-B", "-f", "text/plain", "-s", "8192");
      File reads = slowHttpTest("reads", "/page.css", "-X", "-k", "10", "-w", "64", "-y", "128");
      for (File each : List.of(heads, bodies, reads)) {
        String said = awaitEnd(each);
        assertThat(said)
            .containsPattern("service available: *YES")
            .doesNotContainPattern("service available: *NO");
      }
      checkWell(load, before, printed);
    }
  }

  @Test
  void manyRequestsAreAllAnswered() throws Exception {
    String h2load = Installed.need("h2load", "nghttp2-client").toString();
    Vitals before = used();
    int printed = hub.printed();
    Path data = Files.writeString(directory.resolve("no.json"), "{");
    try (Workload load = workload("")) {
      String url = "http://127.0.0.1:" + port;
      File page =
          begin("page", h2load, "--h1", "-n", "10000", "-c", "100", "-m", "1", url + "/health");
      File refused =
          begin(
              "refused",
              h2load,
              "--h1",
              "-n",
              "5000",
              "-c",
              "50",
              "-m",
              "1",
              "-d",
              data.toString(),
              url + "/update?topic=refused");
      assertThat(awaitEnd(page))
          .contains("10000 succeeded, 0 failed, 0 errored, 0 timeout")
          .contains("10000 2xx, 0 3xx, 0 4xx, 0 5xx");
      assertThat(awaitEnd(refused)).contains("0 2xx, 0 3xx, 5000 4xx, 0 5xx");
      checkWell(load, before, printed);
    }
  }
}
