package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hub that may open few files rejects subscribers in time, and keeps working. */
class FewDescriptorsIT {

  private static final int FILES = 256;

  @TempDir private Path directory;

  private static int health(int port) {
    try (RawHttp client = RawHttp.connect(port)) {
      return client
          .send("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
          .answer()
          .status();
    }
  }

  @Test
  void readersAreTurnedAwayPolitelyAndHealthAnswersThroughout() throws Exception {
    List<String> few = List.of("bash", "-c", "ulimit -n " + FILES + "; exec \"$@\"", "bash");
    List<RawHttp> readers = new ArrayList<>();
    try (HubProcess hub =
        HubProcess.startUnder(
            few,
            directory,
            Map.of(),
            List.of(),
            "-conf",
            "{\"http\": {\"port\": 0}, \"ingest\": {}}")) {
      hub.awaitLine("connections are accepted, since the process may open " + FILES);
      int port = hub.awaitPort();
      int turnedAway = 0;
      for (int i = 0; i < FILES && turnedAway < FILES / 4; i++) {
        RawHttp reader = RawHttp.connect(port);
        readers.add(reader);
        String begun =
            reader.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n").readUntil("\n\n");
        if (turnedAway > 0 || i > FILES / 2) {
          assertThat(health(port)).as("with %s readers", i).isEqualTo(200);
        }
        assertThat(begun).contains("200 OK");
        // Accepted subscribers get a position.
        if (!begun.contains("id: ")) {
          String told = begun.contains("closing") ? begun : reader.readUntil("\n\n");
          assertThat(told).contains("outpour.closing").contains("\"limit\"");
          turnedAway++;
          reader.close();
        }
      }
      assertThat(turnedAway).isEqualTo(FILES / 4);
      assertThat(readers.size() - turnedAway).isBetween(FILES / 2, FILES);
      readers.forEach(RawHttp::close);
      hub.terminate().awaitExit();
      assertThat(hub.output()).noneMatch(line -> line.contains("Too many open files"));
    } finally {
      readers.forEach(RawHttp::close);
    }
  }
}
