package dev.outpour.history.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RamDirectory;
import dev.outpour.history.HistoryDriver;
import dev.outpour.history.ManualClock;
import dev.outpour.history.Retention;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.history.sqlite.file.LogFileNames;
import dev.outpour.history.sqlite.file.SqliteFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The write-ahead log during long reads. */
@Timeout(60)
class WriteAheadLogTest {

  private static final Retention EVERYTHING =
      new Retention(1_000_000, Duration.ofHours(24), 1L << 40);

  private final Path file = RamDirectory.make().resolve("log.db");
  private final AtomicInteger passes = new AtomicInteger();

  private SqliteRecovery recovery(SqliteFile locked) throws Exception {
    return new SqliteRecovery(
        locked,
        EVERYTHING,
        new ManualClock().logClock(),
        new TopicDirectory(1_000),
        (pass, afterwards) -> pass.run());
  }

  private SqliteFile lock() {
    FailingConnection counting =
        new FailingConnection(
            () -> {
              passes.incrementAndGet();
              return null;
            });
    counting.failOn("PRAGMA wal_checkpoint(PASSIVE)", false, Integer.MAX_VALUE);
    return SqliteFile.lock(file, counting::around);
  }

  /** Writes groups, each of up to a megabyte and a half. */
  private static void write(SqliteRecovery recovery, int groups, int updates) {
    for (int i = 0; i < groups; i++) {
      recovery.write(List.of(HistoryDriver.batch(updates, 5_000, "t")));
      recovery.tidyUp();
    }
  }

  private long walBytes() throws Exception {
    return Files.size(LogFileNames.wal(file));
  }

  @Test
  void writerDoesNotTryAfterEachCommitWhetherThePageHasBeenRead() throws Exception {
    try (SqliteFile locked = lock()) {
      SqliteRecovery recovery = recovery(locked);
      CountDownLatch reading = new CountDownLatch(1);
      CountDownLatch read = new CountDownLatch(1);
      Thread reader =
          new Thread(
              () -> {
                try {
                  recovery
                      .connections()
                      .read(
                          with -> {
                            reading.countDown();
                            try {
                              return read.await(40, TimeUnit.SECONDS);
                            } catch (InterruptedException e) {
                              return false;
                            }
                          });
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              });
      reader.start();
      reading.await();
      write(recovery, 8, 300);
      assertThat(passes).hasPositiveValue();
      passes.set(0);
      long begun = System.nanoTime();
      write(recovery, 200, 1);
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
      assertThat(passes.get()).as("passes in %d ms", millis).isLessThan(4 + (int) (millis / 250));
      read.countDown();
      reader.join();
      recovery.close();
    }
  }

  @Test
  void diskIsGivenBackAfterALongReadOfAnotherProgram() throws Exception {
    try (SqliteFile locked = lock()) {
      SqliteRecovery recovery = recovery(locked);
      write(recovery, 1, 10);
      try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
          Statement statement = other.createStatement()) {
        other.setAutoCommit(false);
        statement.executeQuery("SELECT * FROM log").close();
        write(recovery, 40, 300);
        assertThat(walBytes()).as("during the read").isGreaterThan(48L << 20);
        other.rollback();
      }
      long last = recovery.head().last();
      for (int i = 0; i < 40 && walBytes() > 32L << 20; i++) {
        write(recovery, 1, 300);
        last += 300;
      }
      assertThat(walBytes()).isLessThanOrEqualTo(32L << 20);
      write(recovery, 3, 10);
      assertThat(recovery.head().last()).isEqualTo(last + 30);
      assertThat(recovery.inspect()).isEmpty();
      recovery.close();
    }
  }
}
