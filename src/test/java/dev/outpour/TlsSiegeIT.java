package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.checker.Vitals;
import dev.outpour.faults.Extent;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other people's programs that load and examine a hub with TLS and HTTP/2. */
@Tag(Extent.FULL)
@Tag(Extent.ALONE)
class TlsSiegeIT {

  private static final int MOST_SECONDS = 300;
  private static final Set<String> GOOD = Set.of("OK", "INFO", "LOW");

  @TempDir private Path directory;

  private HubProcess hub;
  private String url;

  @BeforeEach
  void start() throws Exception {
    JsonObject configuration =
        new JsonObject()
            .put("http", TestHub.tls().put("port", 0))
            .put("ingest", new JsonObject())
            .put("history", new JsonObject().put("store", "memory"));
    Path conf = Files.writeString(directory.resolve("conf.json"), configuration.encode());
    hub = HubProcess.start(directory, Map.of(), Vitals.OPTIONS, "-conf", conf.toString());
    url = "https://localhost:" + hub.awaitPort();
  }

  @AfterEach
  void stop() throws Exception {
    hub.terminate();
    assertThat(Vitals.troubles(hub.output())).isEmpty();
  }

  private String run(Path program, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    File output = directory.resolve("output").toFile();
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start();
    try {
      assertThat(process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)).isTrue();
      return Files.readString(output.toPath());
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @Test
  void manyRequestsOverHttp2AreAllAnswered() throws Exception {
    Path h2load = Installed.need("h2load", "nghttp2-client");
    String said = run(h2load, "-n", "20000", "-c", "20", "-m", "50", url + "/health");
    assertThat(said)
        .contains("Application protocol: h2")
        .contains("20000 succeeded, 0 failed, 0 errored, 0 timeout")
        .contains("20000 2xx, 0 3xx, 0 4xx, 0 5xx");
  }

  @Test
  void nothingWeakIsOfferedAndNoKnownAttackWorks() throws Exception {
    Path testssl = Installed.need("testssl", "testssl.sh");
    Path report = directory.resolve("report.json");
    String said =
        run(
            testssl,
            "--quiet",
            "--color=0",
            "--warnings=off",
            "--protocols",
            "--vulnerable",
            "--jsonfile=" + report,
            url);
    List<JsonObject> findings =
        new JsonArray(Files.readString(report)).stream().map(JsonObject.class::cast).toList();
    assertThat(ids(findings))
        .as(said)
        .contains("TLS1_2", "TLS1_3", "heartbleed", "secure_client_renego", "LUCKY13");
    assertThat(findings)
        .filteredOn(each -> !each.getString("id").equals("engine_problem")) // of its own openssl
        .allMatch(each -> GOOD.contains(each.getString("severity")));
  }

  private static Stream<String> ids(List<JsonObject> findings) {
    return findings.stream().map(each -> each.getString("id"));
  }
}
