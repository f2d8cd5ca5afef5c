package dev.outpour.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.HubFigures;
import dev.outpour.SseClient;
import dev.outpour.SseParser.Event;
import dev.outpour.checker.Verdict;
import dev.outpour.checker.Workload;
import dev.outpour.history.sqlite.FormOne;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The power of the log's disk is cut: what was not synced is gone. */
@Tag(Extent.TAG)
class PowerCutIT {

  private static final int MEGABYTES = 128;

  /** So that an upgrade takes some tenths of a second. */
  private static final int KEYS = 100_000;

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
          hub.cutPower(disk);
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
      hub.cutPower(disk);
      hub.start();
      assertThat(readAll(hub, 6)).isEqualTo(seen);
      assertThat(hub.published("7")).endsWith("-7");
    }
  }

  @Test
  void upgradeInTheMidstOfWhichThePowerIsCutIsDoneByTheNextStart() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int cuts = Extent.of(12, 4);
    int unfinished = 0;
    try (LoopDisk disk = LoopDisk.make(directory, MEGABYTES)) {
      long whole = nanosOfAnUpgrade(disk);
      for (int cut = 0; cut < cuts; cut++) {
        try (HubOnDisk hub = formOne(disk)) {
          hub.launch(List.of(), Map.of()).awaitLine("from format version 1");
          // Spread over all of it.
          LockSupport.parkNanos((long) (whole * (cut + random.nextDouble()) / cuts));
          hub.cutPower(disk);
          hub.start();
          HubFigures figures = new HubFigures(hub.process(), hub.port());
          assertThat(figures.metric("outpour_log_keys"))
              .as("after cut %d with the seed %d", cut, seed)
              .isEqualTo(KEYS + FormOne.KEYS);
          assertThat(figures.metric("outpour_log_updates")).isEqualTo(FormOne.UPDATES);
          assertThat(hub.published("1")).endsWith("-" + (FormOne.UPDATES + 1));
          List<String> said = hub.process().terminate().output();
          unfinished +=
              said.stream().anyMatch(line -> line.contains("from format version 1")) ? 1 : 0;
        }
      }
    }
    System.out.println(unfinished + " of " + cuts + " upgrades were cut before their end");
    assertThat(unfinished).as("seed %d", seed).isPositive();
  }

  /** The only log on the disk. */
  private HubOnDisk formOne(LoopDisk disk) throws IOException {
    try (DirectoryStream<Path> others = Files.newDirectoryStream(disk.path(), "{log,canary}*")) {
      for (Path other : others) {
        Files.delete(other);
      }
    }
    HubOnDisk hub = new HubOnDisk(directory, disk.path().resolve("log.db"));
    FormOne.copyTo(hub.log());
    FormOne.addKeys(hub.log(), KEYS);
    Machine.run(Machine.tool("sync", "coreutils"));
    return hub;
  }

  private long nanosOfAnUpgrade(LoopDisk disk) throws Exception {
    try (HubOnDisk hub = formOne(disk)) {
      hub.launch(List.of(), Map.of()).awaitLine("from format version 1");
      long begun = System.nanoTime();
      hub.process().awaitLine("to format version 2");
      return System.nanoTime() - begun;
    }
  }

  private static List<Event> readAll(HubOnDisk hub, int count) {
    try (SseClient reader = hub.read("earliest")) {
      return reader.awaitEvents(count);
    }
  }
}
