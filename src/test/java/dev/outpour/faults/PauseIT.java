package dev.outpour.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.checker.Verdict;
import dev.outpour.checker.Workload;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hub's process is killed, or held and let go on, at random moments under load. */
@Tag(Extent.TAG)
class PauseIT {

  @TempDir private Path directory;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @Test
  void hubThatIsHeldAndGoesOnLosesNothing() throws Exception {
    try (HubOnDisk hub = new HubOnDisk(directory, directory.resolve("log.db"))) {
      hub.start();
      try (Workload load = load(hub)) {
        for (int i = 0; i < Extent.of(20, 3); i++) {
          load.awaitAcknowledged(20 + random.nextInt(100));
          hub.process().hold();
          // Longer than some clients wait for an answer.
          new CountDownLatch(1)
              .await(random.nextInt(Extent.of(8_000, 1_500)), TimeUnit.MILLISECONDS);
          hub.process().goOn();
        }
        load.stop();
        Verdict verdict = load.check();
        System.out.println("Held: " + verdict);
        assertThat(verdict.acknowledged()).isPositive();
      }
    }
  }

  @Test
  void hubThatIsKilledAtRandomMomentsLosesNothing() throws Exception {
    try (HubOnDisk hub = new HubOnDisk(directory, directory.resolve("log.db"))) {
      hub.start();
      try (Workload load = load(hub)) {
        for (int i = 0; i < Extent.of(20, 2); i++) {
          load.awaitAcknowledged(20 + random.nextInt(300));
          hub.process().kill();
          hub.start();
        }
        load.stop();
        Verdict verdict = load.check();
        System.out.println("Killed: " + verdict);
        assertThat(verdict.acknowledged()).isPositive();
      }
    }
  }

  private Workload load(HubOnDisk hub) throws Exception {
    return new Workload(directory.resolve("journals"), hub.port())
        .publishers(4)
        .readers(6)
        .seed(seed)
        .start();
  }
}
