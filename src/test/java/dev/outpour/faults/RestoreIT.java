package dev.outpour.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.SseClient;
import dev.outpour.SseParser.Event;
import examples.Document;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log is backed up while the hub runs, and put back later, by the commands of the manual. */
@Tag(Extent.TAG)
class RestoreIT {

  private static final Path MANUAL = Path.of("docs/how-to/operations.md");

  @TempDir private Path directory;

  @Test
  void readersAreToldWhatARestoredLogLacksAndNothingElse() throws Exception {
    List<String> commands = commands();
    String backup = commands.get(0);
    List<String> restore = commands.subList(1, commands.size());
    try (HubOnDisk hub = new HubOnDisk(directory, directory.resolve("data/outpour.db"))) {
      hub.start();
      List<String> ids = publish(hub, 1, 900);
      shell(backup);
      ids.addAll(publish(hub, 901, 1_000));
      hub.process().terminate().awaitExit();
      hub.start();
      assertThat(resumed(hub, ids.get(999), 1_000).words()).isEmpty();
      assertThat(resumed(hub, ids.get(889), 1_000).words())
          .extracting(Event::name)
          .containsExactly("outpour.resumed");

      restore.forEach(this::refused);
      hub.process().terminate().awaitExit();
      shell("head -c 20000 data/backup.db > data/cut.db");
      refused(restore.get(0).replace("backup.db", "cut.db"));
      hub.start();
      assertThat(resumed(hub, ids.get(999), 1_000).words()).isEmpty();
      hub.process().terminate().awaitExit();
      restore.forEach(this::shell);
      hub.start();
      publish(hub, 901, 1_100);
      for (int seen : List.of(950, 1_000)) {
        SseClient reader = resumed(hub, ids.get(seen - 1), 1_100);
        Event told = reader.words().get(0);
        assertThat(told.name()).isEqualTo("outpour.truncated");
        JsonObject data = new JsonObject(told.data());
        assertThat(data.getString("reason")).isEqualTo("rolled-back");
        assertThat(data.getString("asked")).isEqualTo(ids.get(seen - 1));
        assertThat(told.sequence()).isEqualTo(900);
        assertThat(reader.events().get(0).sequence()).isEqualTo(901);
        assertThat(reader.events()).hasSize(200);
      }
      SseClient early = resumed(hub, ids.get(889), 1_100);
      assertThat(early.words()).extracting(Event::name).containsExactly("outpour.resumed");
      assertThat(early.events()).hasSize(210);
      assertThat(early.events().subList(0, 10))
          .extracting(Event::id)
          .isEqualTo(ids.subList(890, 900));
    }
  }

  private static List<String> publish(HubOnDisk hub, int from, int to) {
    List<String> ids = new ArrayList<>();
    for (int i = from; i <= to; i++) {
      ids.add(hub.published("" + i));
    }
    return ids;
  }

  /** A reader that comes back, once it stands at the head. */
  private static SseClient resumed(HubOnDisk hub, String id, long head) {
    try (SseClient reader = hub.read(id)) {
      Await.until(() -> new Event(reader.lastEventId(), "", "").sequence() >= head, () -> reader);
      return reader;
    }
  }

  /** What the manual says to type for a backup and to restore it, line by line. */
  private static List<String> commands() throws IOException {
    return new Document(MANUAL, Files.readString(MANUAL))
        .blocks("sh").stream()
            .flatMap(String::lines)
            .filter(line -> line.contains("data/backup.db"))
            .map(line -> line.replace("target/outpour.jar", System.getProperty("outpour.jar")))
            .toList();
  }

  /** It ends with code 1. */
  private void refused(String command) {
    shell(command + " || code=$?; test \"$code\" = 1");
  }

  private void shell(String command) {
    Machine.tool("sqlite3", "sqlite3");
    Machine.run("sh", "-ec", "cd '" + directory + "' && " + command);
  }
}
