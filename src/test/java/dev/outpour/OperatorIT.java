package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.auth.Tokens;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's access to a hub without keys. */
class OperatorIT {

  @TempDir private Path directory;

  private static String configuration(int port, String sections) {
    return "{\"http\": {\"port\": "
        + port
        + ", \"accessLog\": true}, \"ingest\": {}"
        + sections
        + "}";
  }

  private Path file(int port) {
    return directory.resolve("data/operator-" + port + ".token");
  }

  private static int status(int port, String token) {
    try (RawHttp hub = RawHttp.connect(port)) {
      hub.send("GET /readers HTTP/1.1\r\nHost: localhost\r\n");
      return hub.send("Authorization: Bearer " + token + "\r\n\r\n").answer().status();
    }
  }

  private JsonObject listened(int port, String... more) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(HubProcess.QUICK);
    command.addAll(List.of("-jar", System.getProperty("outpour.jar"), "listen", "outpour/status"));
    command.addAll(List.of("--count", "1", "--json", "--url", "http://localhost:" + port));
    command.addAll(List.of(more));
    Process listening =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String output = new String(listening.getInputStream().readAllBytes());
    assertThat(listening.waitFor(Await.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(output).startsWith("{");
    return new JsonObject(output);
  }

  @Test
  void tokenIsSaidOnceAndKeptForItsUserBesideTheLogUntilTheHubEnds() throws Exception {
    int port = HubProcess.freePort();
    Files.createDirectories(file(port).getParent());
    Files.writeString(file(port), "of-one-that-was-killed\n");
    String said;
    List<String> lines;
    try (HubProcess hub = HubProcess.start(directory, "-conf", configuration(port, ""))) {
      String line = hub.awaitLine("Operators of this hub");
      said = line.replaceAll(".*#token=([\\w-]+).*", "$1");
      assertThat(line)
          .contains("http://localhost:" + port + "/console.html#token=" + said)
          .contains("data/operator-" + port + ".token");
      assertThat(said).hasSize(43);
      assertThat(Files.readString(file(port))).isEqualTo(said + "\n");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(port))))
          .isEqualTo("rw-------");
      assertThat(status(port, said)).isEqualTo(200);
      assertThat(status(port, "of-one-that-was-killed")).isEqualTo(403);
      assertThat(listened(port).getJsonArray("topics").getString(0)).isEqualTo("outpour/status");
      hub.terminate().awaitExit();
      lines = hub.output();
    }
    assertThat(lines).filteredOn(line -> line.contains(said)).hasSize(1);
    assertThat(lines)
        .anyMatch(line -> line.contains("GET /readers 200") && line.contains("as operator"));
    try (Stream<Path> left = Files.list(file(port).getParent())) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.contains("token"));
    }
    try (HubProcess hub = HubProcess.start(directory, "-conf", configuration(port, ""))) {
      assertThat(hub.awaitOperator()).as("another each time").isNotEqualTo(said);
    }
  }

  @Test
  void withoutALogItIsKeptWhereTheHubRuns() throws Exception {
    int port = HubProcess.freePort();
    try (HubProcess hub =
        HubProcess.start(
            directory, "-conf", configuration(port, ", \"history\": {\"store\": \"memory\"}"))) {
      String token = hub.awaitOperator();
      assertThat(Files.readString(directory.resolve("operator-" + port + ".token")))
          .isEqualTo(token + "\n");
      assertThat(listened(port).getString("time")).isNotBlank();
    }
  }

  @Test
  void fileOfAnotherHubStays() throws Exception {
    int port = HubProcess.freePort();
    try (HubProcess hub = HubProcess.start(directory, "-conf", configuration(port, ""))) {
      hub.awaitOperator();
      Files.writeString(file(port), "of-another\n");
      hub.terminate().awaitExit();
    }
    assertThat(file(port)).hasContent("of-another\n");
  }

  @Test
  void withKeysOrNothingToOperateThereIsNone() throws Exception {
    for (Map<String, String> environment :
        List.of(
            Map.of("OUTPOUR_AUTH_HMAC_SECRET", Tokens.SECRET),
            Map.of("OUTPOUR_HTTP_SERVE", "page,events,update"))) {
      int port = HubProcess.freePort();
      try (HubProcess hub =
          HubProcess.start(directory, environment, List.of(), "-conf", configuration(port, ""))) {
        hub.awaitLine("Ready");
        hub.terminate().awaitExit();
        assertThat(hub.output()).noneMatch(line -> line.contains("Operators"));
        assertThat(file(port)).doesNotExist();
      }
    }
  }
}
