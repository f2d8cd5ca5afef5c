package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The modes of the files that the hub creates. */
class FileModesIT {

  private static final String CONFIGURATION = "{\"http\": {\"port\": 0}, \"ingest\": {}}";

  @TempDir private Path directory;

  private Map<String, String> modesUnder(String umask) throws Exception {
    List<String> wrapper = List.of("sh", "-c", "umask " + umask + "; exec \"$@\"", "sh");
    Map<String, String> health =
        Map.of("OUTPOUR_HTTP_HEALTH_FILE", directory.resolve("data/health").toString());
    try (HubProcess hub =
        HubProcess.startUnder(wrapper, directory, health, List.of(), "-conf", CONFIGURATION)) {
      int port = hub.awaitPort();
      try (RawHttp publisher = RawHttp.connect(port)) {
        publisher.send("POST /update HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n1");
        assertThat(publisher.answer().status()).isEqualTo(200);
      }
      Await.until("health is told", () -> Files.exists(directory.resolve("data/health")));
      return modes();
    }
  }

  private Map<String, String> modes() throws IOException {
    Map<String, String> modes = new TreeMap<>();
    Path data = directory.resolve("data");
    modes.put("data", mode(data));
    try (Stream<Path> files = Files.list(data)) {
      for (Path file : files.filter(each -> !each.toString().endsWith(".new")).toList()) {
        String name = file.getFileName().toString().replaceAll("-\\d+\\.token$", ".token");
        modes.put(name, mode(file));
      }
    }
    return modes;
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void whatTheHubMakesIsItsUsersAlone() throws Exception {
    Map<String, String> modes = modesUnder("022");
    assertThat(modes.remove("data")).isEqualTo("rwx------");
    assertThat(modes)
        .containsOnlyKeys(
            "outpour.db",
            "outpour.db-wal",
            "outpour.db-shm",
            "outpour.db.lock",
            "health",
            "operator.token");
    assertThat(modes.values()).containsOnly("rw-------");
  }

  @Test
  void modesThatAreThereStay() throws Exception {
    modesUnder("022");
    Files.setPosixFilePermissions(
        directory.resolve("data"), PosixFilePermissions.fromString("rwxr-x---"));
    Files.setPosixFilePermissions(
        directory.resolve("data/outpour.db"), PosixFilePermissions.fromString("rw-r-----"));
    Map<String, String> modes = modesUnder("022");
    assertThat(modes).containsEntry("data", "rwxr-x---").containsEntry("outpour.db", "rw-r-----");
  }

  @Test
  void stricterUmaskHolds() throws Exception {
    assertThat(modesUnder("0177").get("outpour.db")).isEqualTo("rw-------");
    assertThat(PosixFilePermissions.fromString(mode(directory.resolve("data/outpour.db.lock"))))
        .hasSizeLessThanOrEqualTo(2);
  }
}
