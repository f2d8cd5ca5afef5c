package dev.outpour.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.SseClient;
import dev.outpour.SseParser.Event;
import dev.outpour.checker.Verdict;
import dev.outpour.checker.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The power of the log's disk is cut: what was not synced is gone. */
@Tag(Extent.TAG)
class PowerCutIT {

  private static final int MEGABYTES = 128;

  @TempDir private Path directory;

  @Test
  void nothingAcknowledgedOrReadIsLostWhenThePowerIsCutUnderLoad() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (LoopDisk disk = LoopDisk.make(directory, MEGABYTES);
        HubOnDisk hub = new HubOnDisk(directory, disk.path().resolve("log.db"))) {
      hub.start();
      try (Workload load =
          new Workload(directory.resolve("journals"), hub.port())
              .publishers(4)
              .readers(6)
              .seed(seed)
              .start()) {
        for (int cut = 0; cut < Extent.of(20, 2); cut++) {
          load.awaitAcknowledged(100 + random.nextInt(400));
          disk.cutPower();
          hub.process().kill();
          disk.restore();
          hub.start();
        }
        load.stop();
        Verdict verdict = load.check();
        System.out.println(verdict);
        assertThat(verdict.acknowledged()).isGreaterThan(100);
      }
    }
  }

  @Test
  void whatWasReadAfterAKillBeforeTheSyncOutlivesAPowerCut() throws Exception {
    try (LoopDisk disk = LoopDisk.make(directory, MEGABYTES);
        HubOnDisk hub = new HubOnDisk(directory, disk.path().resolve("log.db"))) {
      hub.start();
      for (int i = 1; i <= 5; i++) {
        hub.published("" + i);
      }
      Path trace = directory.resolve("trace");
      try (Strace strace =
          Strace.into(hub.process().pid(), trace, "fsync,fdatasync", "signal=KILL:when=1")) {
        assertThat(hub.publishForStatus("6")).isZero();
        assertThat(hub.process().awaitExit()).isNotZero();
        assertThat(strace.injections()).isPositive();
      }

      hub.start();
      List<Event> seen = readAll(hub, 6);
      disk.cutPower();
      hub.process().kill();
      disk.restore();
      hub.start();
      assertThat(readAll(hub, 6)).isEqualTo(seen);
      assertThat(hub.published("7")).endsWith("-7");
    }
  }

  private static List<Event> readAll(HubOnDisk hub, int count) {
    try (SseClient reader = hub.read("earliest")) {
      return reader.awaitEvents(count);
    }
  }
}
