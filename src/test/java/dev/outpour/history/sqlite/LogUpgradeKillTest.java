package dev.outpour.history.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.HubProcess;
import dev.outpour.history.HistoryDriver;
import dev.outpour.history.Retention;
import dev.outpour.update.Batch;
import dev.outpour.update.Samples;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The next start completes an upgrade that was killed at any moment. */
class LogUpgradeKillTest {

  private static final Retention EVERYTHING =
      new Retention(1_000_000, Duration.ofHours(24), 1L << 40);

  /** The class path may be relative. */
  private static final Path HERE = Path.of("").toAbsolutePath();

  private static final int MANY = 50_000;
  private static final int KILLS = 4;

  @TempDir private Path directory;
  private final long seed = ThreadLocalRandom.current().nextLong();
  private final Random random = new Random(seed);

  /** Opens the log that its argument names. */
  static final class Opening {
    private Opening() {}

    public static void main(String[] args) {
      Vertx vertx = Vertx.vertx();
      Await.result(SqliteHistory.open(vertx, Path.of(args[0]), EVERYTHING));
      System.out.println("Opened");
    }
  }

  @Test
  void killedAtAnyMomentItIsDoneByTheNextStart() throws Exception {
    Path before = directory.resolve("before.db");
    FormOne.copyTo(before);
    FormOne.addKeys(before, MANY);
    long whole = nanosOfAnUpgrade(before);
    int notDone = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Path file = directory.resolve("log-" + kill + ".db");
      Files.copy(before, file);
      try (HubProcess process = HubProcess.start(HERE, Opening.class, file.toString())) {
        process.awaitLine("from format version 1");
        // Kills are spread over the whole upgrade and a little more.
        LockSupport.parkNanos((long) (1.2 * whole * (kill + random.nextDouble()) / KILLS));
        process.kill();
      }
      long form = FormOne.number(file, "SELECT version FROM log");
      notDone += form == 1 ? 1 : 0;
      assertAllIsThere(file);
      Files.delete(file);
    }
    System.out.printf("%d of %d upgrades were killed before their end%n", notDone, KILLS);
    assertThat(notDone).as("killed before the end, seed %d", seed).isPositive();
  }

  private long nanosOfAnUpgrade(Path before) throws Exception {
    Path file = directory.resolve("whole.db");
    Files.copy(before, file, StandardCopyOption.REPLACE_EXISTING);
    try (HubProcess process = HubProcess.start(HERE, Opening.class, file.toString())) {
      process.awaitLine("from format version 1");
      long begun = System.nanoTime();
      process.awaitLine("to format version 2");
      return Math.max(System.nanoTime() - begun, TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private void assertAllIsThere(Path file) {
    try (HistoryDriver log = new HistoryDriver(file)) {
      log.clock.setBy(Duration.ofMillis(FormOne.NEWEST_MILLIS - log.clock.wallMillis()));
      log.open(EVERYTHING);
      assertThat(log.history().retained().keys())
          .as("seed %d", seed)
          .isEqualTo(MANY + FormOne.KEYS);
      assertThat(log.history().head().last()).isEqualTo(FormOne.UPDATES);
      assertThat(
              log.append(Batch.of(Samples.keyed("first-1", "first 1", "rooms/1")))
                  .outcomes()
                  .get(0)
                  .receipts()
                  .get(0)
                  .duplicate())
          .as("seed %d", seed)
          .isTrue();
    }
  }
}
