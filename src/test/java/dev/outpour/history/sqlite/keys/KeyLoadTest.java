package dev.outpour.history.sqlite.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.history.HistoryDriver;
import dev.outpour.history.ManualClock;
import dev.outpour.history.Retention;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.history.sqlite.SqliteWriter;
import dev.outpour.history.sqlite.file.SqliteFile;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Outcome;
import dev.outpour.update.Refusal;
import dev.outpour.update.Samples;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that was just opened works before it has read all its keys. */
class KeyLoadTest {

  private static final Retention DAY = new Retention(1_000, Duration.ofHours(24), 1L << 30);
  private static final int MANY = 1_000;

  @TempDir private Path directory;
  private final CountDownLatch reading = new CountDownLatch(1);
  private final ManualClock clock = new ManualClock();
  private Path path;
  private SqliteFile file;

  @BeforeEach
  void fill() throws SQLException {
    path = directory.resolve("log.db");
    try (HistoryDriver log = new HistoryDriver(path).open(DAY)) {
      log.append(Batch.of(Samples.keyed("known", "x", "t")));
      log.shut();
      HeldKeys.fillBehind(path, MANY, clock.wallMillis());
    }
    file = SqliteFile.lock(path);
  }

  @AfterEach
  void close() throws Exception {
    reading.countDown();
    file.close();
  }

  private SqliteWriter open(KeyLoad.Source source) throws SQLException {
    return SqliteWriter.open(
        file, DAY, clock.logClock(), new TopicDirectory(0), null, new KeyLoad.Plan(source, 10));
  }

  private Connection openLater() throws SQLException {
    try {
      reading.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return file.openToRead();
  }

  private static Outcome append(SqliteWriter writer, Draft draft) {
    try {
      return writer.append(List.of(Batch.of(draft))).outcomes().get(0);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void publishesWithoutKeysGoOnWhileKeysAreRead() throws SQLException {
    try (SqliteWriter writer = open(this::openLater)) {
      Draft known = Samples.keyed("known", "x", "t");
      assertThat(append(writer, known).refusal()).contains(Refusal.keysNotRead());
      assertThat(append(writer, Samples.draft("y", "t")).receipts()).hasSize(1);
      assertThat(append(writer, Samples.keyed("new", "x", "t")).refusal())
          .contains(Refusal.keysNotRead());
      assertThat(writer.retained().keys()).isEqualTo(MANY + 1);

      reading.countDown();
      Await.until("keys are known", () -> append(writer, known).refusal().isEmpty());
      assertThat(append(writer, known).receipts())
          .singleElement()
          .satisfies(receipt -> assertThat(receipt.duplicate()).isTrue());
      assertThat(append(writer, Samples.keyed("new", "x", "t")).receipts().get(0).duplicate())
          .isFalse();
      assertThat(writer.retained().keys()).isEqualTo(MANY + 2);
    }
    try (SqliteWriter again = open(file::openToRead)) {
      Draft added = Samples.keyed("new", "x", "t");
      Await.until("keys are known", () -> append(again, added).refusal().isEmpty());
      assertThat(append(again, added).receipts().get(0).duplicate()).isTrue();
    }
  }

  @Test
  void nothingIsForgottenBeforeKeysAreKnown() throws SQLException {
    try (SqliteWriter writer = open(this::openLater)) {
      clock.pass(Duration.ofHours(25));
      append(writer, Samples.draft("y", "t"));
      assertThat(writer.retained().keys()).isEqualTo(MANY + 1);
      reading.countDown();
      Await.until(
          "keys are forgotten",
          () -> {
            append(writer, Samples.draft("y", "t"));
            return writer.retained().keys() == 0;
          });
    }
  }

  @Test
  void whatCannotBeReadLateIsSaidAndTheRestGoesOn() throws SQLException {
    KeyLoad.Source failing =
        () -> {
          openLater().close();
          throw new SQLException("No such page");
        };
    try (SqliteWriter writer = open(failing)) {
      reading.countDown();
      Draft keyed = Samples.keyed("known", "x", "t");
      Await.until(
          "the failure is known",
          () -> append(writer, keyed).refusal().equals(Optional.of(Refusal.keysLost())));
      assertThat(append(writer, Samples.draft("y", "t")).receipts()).hasSize(1);
    }
  }

  @Test
  void whatReadsHasEndedWhenTheLogIsClosed() throws SQLException {
    AtomicReference<Connection> opened = new AtomicReference<>();
    SqliteWriter writer =
        open(
            () -> {
              opened.set(file.openToRead());
              reading.countDown();
              return opened.get();
            });
    openLater().close();
    writer.close();
    assertThat(opened.get().isClosed()).isTrue();
  }
}
