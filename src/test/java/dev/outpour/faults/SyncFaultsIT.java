package dev.outpour.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.HubProcess;
import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.checker.Verdict;
import dev.outpour.checker.Workload;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk fails to sync, or takes long to. */
@Tag(Extent.TAG)
class SyncFaultsIT {

  private static final String SYNCS = "fsync,fdatasync";

  @TempDir private Path directory;
  private HubOnDisk hub;
  private Path trace;

  @BeforeEach
  void start() throws Exception {
    trace = directory.resolve("trace");
    hub = new HubOnDisk(directory, directory.resolve("log.db"));
    hub.start();
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private Strace fault(String fault) throws Exception {
    return Strace.into(hub.process().pid(), trace, SYNCS, fault);
  }

  @Test
  void updateWhoseSyncFailsIsNotAcknowledgedAndTheHubGoesOnFromWhatTheFileHolds() throws Exception {
    String first = hub.published("1");
    try (SseClient reader = hub.read("earliest")) {
      reader.awaitEvents(1);
      try (Strace strace = fault("error=EIO:when=3..4")) {
        hub.published("2");
        hub.published("3");
        RawHttp.Answer failed = hub.publish("4");
        assertThat(failed.status()).isEqualTo(504);
        assertThat(failed.header("Retry-After")).isNotNull();
        assertThat(strace.injections()).isPositive();
        assertThat(hub.published("5")).doesNotStartWith(first.substring(0, first.length() - 1));
      }
      String last = hub.published("6");
      reader.awaitLastId(last);
      assertThat(reader.words()).isEmpty();
      // The fourth may or may not be there; what was answered is, in its order.
      List<String> read = reader.data();
      assertThat(read)
          .filteredOn(data -> !data.equals("4"))
          .containsExactly("1", "2", "3", "5", "6");

      hub.process().terminate().awaitExit();
      hub.start();
      try (SseClient again = hub.read("earliest")) {
        assertThat(again.awaitEvents(read.size())).isEqualTo(reader.events());
      }
    }
  }

  @Test
  void syncsThatFailUnderLoadLoseNothing() throws Exception {
    try (Workload load =
        new Workload(directory.resolve("journals"), hub.port()).publishers(4).readers(6).start()) {
      for (int i = 0; i < Extent.of(5, 1); i++) {
        load.awaitAcknowledged(100);
        try (Strace strace = fault("error=EIO:when=20+500")) {
          Await.until("an injected failure", () -> strace.injections() > 0);
        }
      }
      load.awaitAcknowledged(100);
      hub.process().kill();
      hub.start();
      load.stop();
      Verdict verdict = load.check();
      System.out.println(verdict);
    }
  }

  @Test
  void hubWhoseFileCannotBeOpenedAgainAfterAFailedSyncEndsAndSaysWhy() throws Exception {
    String id = hub.published("1");
    HubProcess process = hub.process();
    try (Strace strace = fault("error=EIO:when=1+")) {
      int status = hub.publishForStatus("2");
      assertThat(status).isNotEqualTo(200);
      assertThat(process.awaitExit()).isEqualTo(74);
      assertThat(strace.injections()).isGreaterThan(1);
    }
    assertThat(process.output())
        .filteredOn(line -> line.contains("ERROR"))
        .anySatisfy(line -> assertThat(line).contains("log"))
        .noneMatch(line -> line.startsWith("\tat "));

    hub.start();
    try (SseClient reader = hub.read("earliest")) {
      assertThat(reader.awaitEvents(1).get(0).id()).isEqualTo(id);
    }
    hub.published("3");
  }

  @Test
  void whileTheDiskIsSlowStreamsStayLiveAndUpdatesWait() throws Exception {
    try (SseClient live = hub.read("earliest");
        Strace strace = fault("delay_enter=300000")) {
      for (int i = 1; i <= 5; i++) {
        long before = System.nanoTime();
        String id = hub.published("" + i);
        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(300_000_000L);
        live.awaitLastId(id);
        // Reading needs no sync.
        try (SseClient late = hub.read("earliest")) {
          late.awaitEvents(i);
        }
      }
      assertThat(strace.injections()).isGreaterThanOrEqualTo(5);
      assertThat(live.data()).containsExactly("1", "2", "3", "4", "5");
      assertThat(live.words()).isEmpty();
    }
    hub.published("6");
  }
}
