package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.http.HttpVerticle;
import dev.outpour.ingest.IngestVerticle;
import dev.outpour.simulator.SimulatorVerticle;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line of the jar. */
class MainIT {
  private static final String QUIET = "{\"http\": {\"port\": 0}, \"ingest\": {}}";

  @TempDir private Path directory;

  private void assertRefused(HubProcess hub, int code, String... lines)
      throws InterruptedException {
    assertThat(hub.awaitExit()).isEqualTo(code);
    assertThat(hub.output()).containsExactly(lines);
  }

  @Test
  void startsFromTheJarAloneAndSaysHowToTryIt() throws Exception {
    List<String> properties = List.of("-Doutpour.http.port=0");
    try (HubProcess hub = HubProcess.start(directory, Map.of(), properties)) {
      int port = hub.awaitPort();

      assertThat(hub.lastLine())
          .contains("open http://localhost:" + port, "curl -N http://localhost:" + port);
      new Socket("localhost", port).close();

      assertThat(hub.terminate().awaitExit()).isZero();
      assertThat(hub.output()).last().asString().endsWith("Stopped");
    }
  }

  @Test
  void prefersTheConfigurationInTheWorkingDirectory() throws Exception {
    Files.createDirectory(directory.resolve("conf"));
    Files.writeString(directory.resolve("conf/config.json"), "{\"htp\": {}, \"ingest\": {}}");
    try (HubProcess hub = HubProcess.start(directory)) {
      assertRefused(hub, 2, "htp: unknown section; did you mean http?");
    }
  }

  @Test
  void takesTheEnvironmentAndWarnsOfWhatSetsNothing() throws Exception {
    Map<String, String> environment = Map.of("OUTPOUR_HTTP_PORT", "0", "OUTPOUR_HTP_PORT", "0");
    try (HubProcess hub =
        HubProcess.start(
            directory, environment, List.of(), "-conf", "{\"http\": {}, \"ingest\": {}}")) {
      hub.awaitLine("OUTPOUR_HTP_PORT is ignored, because there is no such setting");
      assertThat(hub.awaitPort()).isNotIn(0, 3000);
    }
  }

  @Test
  void listsEveryFaultAndNothingElse() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("my.json"), "{\"http\": {\"prot\": 1}, \"ingest\": {}}");
    List<String> properties = List.of("-Doutpour.http.stallSeconds=soon");
    try (HubProcess hub =
        HubProcess.start(directory, Map.of(), properties, "-conf", file.toString())) {
      assertRefused(
          hub,
          2,
          "http.stallSeconds: must be a whole number from 1 to 86400, but is \"soon\""
              + " (-Doutpour.http.stallSeconds)",
          "http.prot: unknown key; did you mean http.port?");
    }
  }

  @Test
  void aMissingFileIsFatal() throws Exception {
    try (HubProcess hub = HubProcess.start(directory, "-conf", "nosuch.json")) {
      assertRefused(hub, 2, "nosuch.json: does not exist");
    }
  }

  @Test
  void aFileThatIsNoJsonIsFatal() throws Exception {
    Path file = Files.writeString(directory.resolve("my.json"), "{\n  \"http\": {},\n}");
    try (HubProcess hub = HubProcess.start(directory, "-conf", file.toString())) {
      assertThat(hub.awaitExit()).isEqualTo(2);
      assertThat(hub.output())
          .singleElement()
          .asString()
          .isEqualTo(file + ", line 3, column 1: no member follows the ',': remove the ','");
    }
  }

  @Test
  void aSectionGivenTwiceIsFatal() throws Exception {
    try (HubProcess hub =
        HubProcess.start(directory, "-conf", "{\"http\": {}, \"http\": {\"port\": 0}}")) {
      assertRefused(hub, 2, "-conf, line 1, column 20: 'http' occurs twice: remove one");
    }
  }

  @Test
  void aClusterThatCannotBeJoinedIsOneClearLine() throws Exception {
    Map<String, String> environment =
        Map.of("OUTPOUR_CLUSTER_HOST", "192.0.2.1", "OUTPOUR_CLUSTER_TRUSTED_NETWORK", "true");
    try (HubProcess hub = clustered(environment, IngestVerticle.class)) {
      assertThat(hub.awaitExit()).isEqualTo(11);
      assertThat(hub.output())
          .singleElement()
          .asString()
          .endsWith("cluster.host 192.0.2.1 is not an address of this machine");
    }
  }

  @Test
  void vertxOptionsThatCannotBeUsedAreNotPassedOverInSilence() throws Exception {
    try (HubProcess hub =
        HubProcess.start(directory, "-options", "{\"workerPoolSize\": -1}", "-conf", QUIET)) {
      assertThat(hub.awaitExit()).isEqualTo(1);
      assertThat(hub.output()).singleElement().asString().contains("-options");
    }
  }

  @Test
  void anUnknownOptionIsFatal() throws Exception {
    try (HubProcess hub = HubProcess.start(directory, "-confg", "x.json")) {
      assertThat(hub.awaitExit()).isEqualTo(2);
      assertThat(hub.output()).singleElement().asString().contains("-confg");
    }
  }

  @Test
  void aTakenPortIsOneClearLine() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        HubProcess hub =
            HubProcess.start(
                directory,
                Map.of("OUTPOUR_HTTP_PORT", "" + other.getLocalPort()),
                List.of(),
                "-conf",
                QUIET)) {
      assertThat(hub.awaitExit()).isEqualTo(15);
      assertThat(hub.output())
          .singleElement()
          .asString()
          .endsWith(
              "Port "
                  + other.getLocalPort()
                  + " on 127.0.0.1 is already in use: set http.port or stop the other program");
    }
  }

  @Test
  void withoutIpv6ItListensOnTheOneLoopbackThatThereIs() throws Exception {
    List<String> properties = List.of("-Djava.net.preferIPv4Stack=true");
    try (HubProcess hub = HubProcess.start(directory, Map.of(), properties, "-conf", QUIET)) {
      int port = hub.awaitPort();
      new Socket("127.0.0.1", port).close();

      assertThat(hub.terminate().awaitExit()).isZero();
      assertThat(hub.output()).noneMatch(line -> line.contains("WARN"));
    }
  }

  @Test
  void aFolderThatTheLibraryOfTheLogCannotBeLoadedFromIsNamedInOneLine() throws Exception {
    List<String> properties = List.of("-Dorg.sqlite.tmpdir=" + directory.resolve("nowhere"));
    String config =
        "{\"http\": {\"port\": 0}, \"ingest\": {}, \"history\": {\"path\": \"log.db\"}}";
    try (HubProcess hub = HubProcess.start(directory, Map.of(), properties, "-conf", config)) {
      assertThat(hub.awaitExit()).isEqualTo(15);
      assertThat(hub.output())
          .singleElement()
          .asString()
          .contains("temporary folder " + directory.resolve("nowhere"))
          .endsWith("mount that allows exec. Set another folder with -Dorg.sqlite.tmpdir=…");
    }
  }

  @Test
  void anAddressOfAnotherMachineIsSaidToBeOneAndNotToBeReachable() throws Exception {
    Map<String, String> environment = Map.of("OUTPOUR_AUTH_HMAC_SECRET", "s".repeat(64));
    String config = "{\"http\": {\"host\": \"192.0.2.1\"}, \"ingest\": {}}";
    try (HubProcess hub = HubProcess.start(directory, environment, List.of(), "-conf", config)) {
      assertThat(hub.awaitExit()).isEqualTo(15);
      assertThat(hub.output())
          .noneMatch(line -> line.contains("can be reached"))
          .last()
          .asString()
          .endsWith("192.0.2.1 is not an address of this machine: set http.host");
    }
  }

  @Test
  void anUnknownVerticleIsOneClearLine() throws Exception {
    try (HubProcess hub = HubProcess.start(directory, "dev.outpour.Nothing", "-conf", "{}")) {
      assertThat(hub.awaitExit()).isEqualTo(15);
      assertThat(hub.output())
          .singleElement()
          .asString()
          .endsWith("There is no verticle dev.outpour.Nothing: check its spelling");
    }
  }

  @Test
  void aVerticleByNameLeavesOtherSectionsAlone() throws Exception {
    try (HubProcess hub =
        HubProcess.start(directory, IngestVerticle.class.getName(), "-conf", QUIET)) {
      hub.awaitLine("Section http of -conf is ignored: this process does not run it");
      hub.awaitLine("Nothing can publish to this log or read it");
      hub.awaitLine("Ready: takes updates from the event bus");
    }
  }

  @Test
  void aListenerWithoutALogInItsReachIsAFault() throws Exception {
    String fault =
        "http: there is no log for it to serve: add a section \"ingest\" and start all sections, or"
            + " start with -cluster where another process has the log";
    try (HubProcess all = HubProcess.start(directory, "-conf", "{\"http\": {\"port\": 0}}");
        HubProcess named =
            HubProcess.start(directory, HttpVerticle.class.getName(), "-conf", QUIET)) {
      assertRefused(all, 2, fault);
      assertRefused(named, 2, fault);
    }
  }

  @Test
  void aSectionForAClusterThatIsNotJoinedIsWarnedOf() throws Exception {
    String both = "{\"http\": {\"port\": 0}, \"ingest\": {}, \"cluster\": {}}";
    try (HubProcess hub = HubProcess.start(directory, "-conf", both)) {
      hub.awaitLine(
          "This process joins no cluster, although -conf has a section \"cluster\": start with"
              + " -cluster, or remove the section");
      hub.awaitPort();
    }
  }

  @Test
  void logsJsonIfAsked() throws Exception {
    Map<String, String> environment = Map.of("OUTPOUR_LOGGING_FORMAT", "json");
    try (HubProcess hub = HubProcess.start(directory, environment, List.of(), "-conf", QUIET)) {
      JsonObject line = new JsonObject(hub.awaitLine("Ready"));

      assertThat(line.getString("level")).isEqualTo("INFO");
      assertThat(line.getString("formattedMessage")).startsWith("Ready: listens on");
    }
  }

  @Test
  void endsWithOneClearLineWhenTheLogFailsTwiceInARow() throws Exception {
    Path file = directory.resolve("data/outpour.db");
    try (HubProcess hub = HubProcess.start(directory, "-conf", QUIET)) {
      int port = hub.awaitPort();
      try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
          Statement statement = connection.createStatement()) {
        statement.execute(
            "CREATE TRIGGER fails BEFORE INSERT ON updates"
                + " BEGIN SELECT RAISE(ROLLBACK, 'as a disk may'); END");
      }
      String post = "POST /update HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n1";
      try (RawHttp client = RawHttp.connect(port)) {
        // It fails before the commit, so nothing can be stored.
        assertThat(client.send(post).answer().status()).isEqualTo(503);
        assertThat(client.send(post).answer().status()).isEqualTo(503);
      }
      assertThat(hub.awaitExit()).isEqualTo(74);
      assertThat(hub.output()).filteredOn(line -> line.contains("twice in a row")).hasSize(1);
    }
  }

  @Test
  void verticlesFindEachOtherInACluster() throws Exception {
    int first = HubProcess.freePort();
    Map<String, String> environment =
        Map.of(
            "OUTPOUR_CLUSTER_PORT", "" + first,
            "OUTPOUR_CLUSTER_MEMBERS", "127.0.0.1:" + first,
            "OUTPOUR_SIMULATOR_URL", "http://localhost:" + first + "/");
    try (HubProcess ingest = clustered(environment, IngestVerticle.class)) {
      ingest.awaitLine("in cluster outpour with 1 node(s)");
      try (HubProcess simulator = clustered(environment, SimulatorVerticle.class)) {
        simulator.awaitLine("in cluster outpour with 2 node(s)");
      }
    }
  }

  private HubProcess clustered(Map<String, String> environment, Class<?> verticle)
      throws IOException {
    return HubProcess.start(
        directory, environment, List.of(), verticle.getName(), "-cluster", "-conf", "{}");
  }
}
