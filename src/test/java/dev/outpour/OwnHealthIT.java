package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code health} finds the hub by its configuration. */
class OwnHealthIT {

  private static final int TRIES = 5;

  @TempDir private Path directory;

  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void chooseAPort() throws Exception {
    environment.put("OUTPOUR_HTTP_PORT", "" + HubProcess.freePort());
  }

  private HubProcess start(String... arguments) throws Exception {
    return HubProcess.start(directory, environment, List.of(), arguments);
  }

  private void assertHealth(int code, String line, String... more) throws Exception {
    String[] arguments = new String[1 + more.length];
    arguments[0] = "health";
    System.arraycopy(more, 0, arguments, 1, more.length);
    List<String> said = List.of();
    for (int i = 0; i < TRIES; i++) {
      try (HubProcess health = HubProcess.start(directory, environment, List.of(), arguments)) {
        int ended = health.awaitExit();
        said = health.output();
        // A loaded machine may take longer than the timeout of the command.
        if (said.stream().noneMatch(each -> each.contains("Timeout"))) {
          assertThat(ended).as(() -> "" + health.unread()).isEqualTo(code);
          break;
        }
      }
    }
    assertThat(said).singleElement().asString().contains(line);
  }

  private String file(String http) throws Exception {
    return Files.writeString(
            directory.resolve("hub.json"), "{\"http\": {" + http + "}, \"ingest\": {}}")
        .toString();
  }

  @Test
  void hubAtAnotherPortIsFound() throws Exception {
    try (HubProcess hub = start("-conf", file(""))) {
      hub.awaitLine("Ready");
      assertHealth(0, "up", "--conf", "hub.json");
      assertHealth(0, "up");
    }
    assertHealth(1, "No hub answers at http://localhost:" + environment.get("OUTPOUR_HTTP_PORT"));
  }

  @Test
  void hubWithACertificateOfItsOwnIsTrustedByThatAndByNoOther() throws Exception {
    environment.put("OUTPOUR_HTTP_TLS_CERTIFICATE", TestCertificate.shared().both().toString());
    try (HubProcess hub = start("-conf", file(""))) {
      hub.awaitLine("Ready");
      assertHealth(0, "up", "--conf", "hub.json");

      TestCertificate other = TestCertificate.create("other", "-keyalg", "EC");
      environment.put("OUTPOUR_HTTP_TLS_CERTIFICATE", other.both().toString());
      assertHealth(1, "is not trusted", "--conf", "hub.json");
    }
  }

  @Test
  void whereNothingCanBeFoundItSaysWhatToName() throws Exception {
    environment.put("OUTPOUR_HTTP_PORT", "0");
    assertHealth(2, "--url", "--conf", file(""));
    Files.writeString(directory.resolve("log.json"), "{\"ingest\": {}}");
    assertHealth(2, "--url", "--conf", "log.json");
  }
}
