package dev.outpour.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.checker.Verdict;
import dev.outpour.checker.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log's disk takes nothing: it is full, or has become read-only. */
@Tag(Extent.TAG)
class FullDiskIT {

  private static final int KILOBYTES = 3 * 1024;
  private static final String LARGE = "\"" + "x".repeat(20_000) + "\"";

  @TempDir private Path directory;

  @Test
  void fullDiskIsAnsweredWith503WhileReadersGoOnAndIsForgottenWhenThereIsRoom() throws Exception {
    try (Tmpfs disk = Tmpfs.mount(directory, KILOBYTES);
        HubOnDisk hub = new HubOnDisk(directory, disk.path().resolve("log.db"))) {
      Path ballast = Files.write(disk.ballast(), new byte[KILOBYTES / 2 * 1024]);
      hub.start();
      List<String> taken = new ArrayList<>();
      RawHttp.Answer answer = hub.publish(LARGE);
      for (; answer.status() == 200; answer = hub.publish(LARGE)) {
        taken.add(answer.body());
      }
      assertThat(taken).isNotEmpty();
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.header("Retry-After")).isNotNull();
      // The kernel counts room for each processor: some that one lacked may be there for the next.
      disk.fill();
      assertThat(hub.publish(LARGE).status()).isEqualTo(503);
      assertThat(hub.health()).isEqualTo(503);
      try (SseClient reader = hub.read("earliest")) {
        reader.awaitEvents(taken.size());

        Files.delete(ballast);
        Await.until("the hub says so without a publish", () -> hub.health() == 200);
        hub.published("1");
        String last = hub.published("2");
        reader.awaitLastId(last);
        assertThat(reader.events()).hasSize(taken.size() + 2);
        assertThat(reader.words()).isEmpty();
        assertThat(reader.events().get(taken.size() - 1).data()).isEqualTo(LARGE);
      }
    }
  }

  @Test
  void hubOnADiskThatFillsUpAgainAndAgainLosesNothing() throws Exception {
    try (Tmpfs disk = Tmpfs.mount(directory, 8 * KILOBYTES);
        HubOnDisk hub = new HubOnDisk(directory, disk.path().resolve("log.db"))) {
      hub.start();
      try (Workload load =
          new Workload(directory.resolve("journals"), hub.port())
              .publishers(4)
              .readers(4)
              .start()) {
        for (int i = 0; i < Extent.of(5, 1); i++) {
          load.awaitAcknowledged(100);
          int said = hub.process().unread().size();
          Path ballast = disk.fill();
          Await.until("the hub complains", () -> hub.process().unread().size() > said);
          Files.delete(ballast);
          load.awaitAcknowledged(100);
        }
        load.stop();
        Verdict verdict = load.check();
        System.out.println(verdict);
      }
    }
  }

  @Test
  void writesToADiskThatBecameReadOnlyAreRefusedWhileReadersGoOn() throws Exception {
    try (HubOnDisk hub = new HubOnDisk(directory, directory.resolve("log.db"))) {
      hub.start();
      hub.published("1");
      try (SseClient reader = hub.read("earliest")) {
        try (Strace strace =
            Strace.into(
                hub.process().pid(), directory.resolve("trace"), "pwrite64", "error=EROFS")) {
          for (int i = 0; i < 3; i++) {
            assertThat(hub.publish("2").status()).isGreaterThanOrEqualTo(503);
          }
          assertThat(strace.injections()).isPositive();
          try (SseClient late = hub.read("earliest")) {
            late.awaitEvents(1);
          }
        }
        Await.until("the hub takes updates again", () -> hub.publish("3").status() == 200);
        reader.awaitLastId(hub.published("4"));
        assertThat(reader.words()).isEmpty();
        assertThat(reader.data()).containsSubsequence("1", "3", "4");
      }
    }
  }
}
