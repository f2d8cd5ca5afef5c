package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.faults.Extent;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A copy of the log's file is opened while the owner of the first is paused, so that two logs with
 * one id diverge. In the end the longer one accepts updates, and subscribers of the other are told.
 */
@Tag(Extent.TAG)
@Tag(Extent.LONG)
class TwoOwnersIT {

  @TempDir private Path directory;

  @Test
  void ofALogAndItsCopyTheLongerGoesOnAndReadersOfTheOtherAreTold() throws Exception {
    Path first = directory.resolve("first.db");
    Path copy = directory.resolve("copy.db");
    try (TestCluster cluster = new TestCluster(directory, 3, 2)) {
      HubProcess owner = cluster.ingest(onDisk(first));
      HubProcess edge = cluster.edge();
      int port = edge.awaitPort();
      Await.until(() -> publish(port, 0) != null, owner::unread);
      String shared = publish(port, 1);
      owner.hold();
      Files.copy(first, copy);
      Path wal = directory.resolve("first.db-wal");
      if (Files.exists(wal)) {
        Files.copy(wal, directory.resolve("copy.db-wal"));
      }
      owner.goOn();
      for (int i = 100; i < 120; i++) {
        int number = i;
        Await.until(() -> publish(port, number) != null, owner::unread);
      }
      owner.hold();
      edge.awaitLine(" left, ");
      HubProcess ofCopy = cluster.ingest(onDisk(copy));
      ofCopy.awaitLine("Ready");
      Await.until(() -> publish(port, 2) != null, ofCopy::unread);
      String astray = publish(port, 3);
      SseClient reader = SseClient.to(port, "/events?topic=t").lastEventId(shared).open();
      reader.awaitLastId(astray);

      owner.goOn();
      ofCopy.awaitLine("Another ingest verticle owns the log");
      Await.until(() -> isOf(shared, publish(port, 4)), owner::unread);
      for (int i = 5; i < 25; i++) {
        String id = publish(port, i);
        assertThat(id == null || isOf(shared, id)).as("the other takes nothing").isTrue();
      }
      Await.until(() -> publish(port, 25) != null, owner::unread);
      String last = publish(port, 26);
      reader.awaitEnd();
      try (SseClient again =
          SseClient.to(port, "/events?topic=t").lastEventId(reader.lastEventId()).open()) {
        again.awaitLastId(last);
        assertThat(new JsonObject(again.words().get(0).data()).getString("reason"))
            .isIn("unknown", "rolled-back");
      }
      try (SseClient whole = SseClient.to(port, "/events?topic=t").lastEventId(shared).open()) {
        whole.awaitLastId(last);
        assertThat(whole.data()).as("one line").doesNotContain("2", "3").endsWith("25", "26");
        assertThat(whole.events()).allMatch(event -> epoch(event.id()).equals(epoch(shared)));
      }
    }
  }

  private static Map<String, String> onDisk(Path file) {
    return Map.of("OUTPOUR_HISTORY_STORE", "sqlite", "OUTPOUR_HISTORY_PATH", file.toString());
  }

  /** Publishes a number, and returns its id; null if it was refused. */
  private static String publish(int port, int number) {
    String data = Integer.toString(number);
    try (RawHttp raw = RawHttp.connect(port)) {
      raw.send(
          "POST /update?topic=t HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
              + data.length()
              + "\r\n\r\n"
              + data);
      RawHttp.Answer answer = raw.answer();
      return answer.status() == 200 ? new JsonObject(answer.body()).getString("id") : null;
    }
  }

  private static boolean isOf(String log, String id) {
    return id != null && epoch(id).equals(epoch(log));
  }

  private static String epoch(String id) {
    return id.substring(0, id.indexOf('-'));
  }
}
