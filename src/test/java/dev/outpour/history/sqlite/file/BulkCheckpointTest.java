package dev.outpour.history.sqlite.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.outpour.Await;
import dev.outpour.RamDirectory;
import dev.outpour.history.HistoryDriver;
import dev.outpour.history.ManualClock;
import dev.outpour.history.Retention;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.history.sqlite.FailingConnection;
import dev.outpour.history.sqlite.SqliteConnections;
import dev.outpour.history.sqlite.SqliteRecovery;
import dev.outpour.update.RefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sqlite.SQLiteErrorCode;

/** The background pass of a checkpoint takes long, or fails. */
@Timeout(60)
class BulkCheckpointTest {

  private static final Retention EVERYTHING =
      new Retention(1_000_000, Duration.ofHours(24), 1L << 40);
  private static final String PASS = "PRAGMA wal_checkpoint(PASSIVE)";

  private final Path home = RamDirectory.make();
  private final Path file = home.resolve("log.db");
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch resume = new CountDownLatch(1);
  private @Nullable Throwable failure;
  private final FailingConnection slow =
      new FailingConnection(
          () -> {
            reached.countDown();
            resume.await();
            return failure;
          });
  private SqliteFile locked;
  private SqliteRecovery recovery;

  @BeforeEach
  void open() throws Exception {
    locked = SqliteFile.lock(file, slow::around);
    recovery = recovery(locked);
  }

  @AfterEach
  void close() throws Exception {
    resume.countDown();
    recovery.close();
    locked.close();
  }

  private static SqliteRecovery recovery(SqliteFile locked) throws Exception {
    return new SqliteRecovery(
        locked,
        EVERYTHING,
        new ManualClock().logClock(),
        new TopicDirectory(1_000),
        (pass, afterwards) -> new Thread(pass).start());
  }

  private void write(int groups, int updates) {
    for (int i = 0; i < groups; i++) {
      recovery.write(List.of(HistoryDriver.batch(updates, 5_000, "t")));
      recovery.tidyUp();
    }
  }

  /**
   * Writes until a pass hangs.
   *
   * @param after whether the pass has done its work by then
   */
  private void writeUntilAPassHangs(boolean after) throws Exception {
    slow.failOn(PASS, after, 1);
    do {
      write(1, 300);
      // A pass begins, if at all, right after a write.
    } while (!reached.await(300, TimeUnit.MILLISECONDS));
  }

  private int refusal() {
    Throwable refused = catchThrowable(() -> write(1, 1));
    assertThat(refused).isInstanceOf(RefusedException.class);
    return ((RefusedException) refused).refusal().status();
  }

  private long frames() {
    try {
      return recovery.connections().writer().writeAhead().frames();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private long walBytes() throws Exception {
    return Files.size(LogFileNames.wal(file));
  }

  /** The head that a start would find if this process ended now. */
  private long lastOfACopy() throws Exception {
    Path copy = Files.createDirectory(home.resolve("copy")).resolve("log.db");
    Files.copy(file, copy);
    Files.copy(LogFileNames.wal(file), LogFileNames.wal(copy));
    try (SqliteFile other = SqliteFile.lock(copy)) {
      SqliteRecovery opened = recovery(other);
      long last = opened.head().last();
      opened.close();
      return last;
    }
  }

  @Test
  void publishesGoOnMeanwhileAndTheWriteAheadLogBeginsAnewAfterwards() throws Exception {
    writeUntilAPassHangs(false);
    long before = recovery.head().last();
    write(100, 1);
    assertThat(recovery.head().last()).isEqualTo(before + 100);
    assertThat(recovery.inspect()).isEmpty();
    resume.countDown();
    Await.until(
        "a restarted write-ahead log",
        () -> {
          write(1, 1);
          return frames() < 1_000;
        });
    long last = recovery.head().last();
    assertThat(lastOfACopy()).isEqualTo(last);
    assertThat(recovery.lost().isComplete()).isFalse();
  }

  @Test
  void noCommitBeginsTheWriteAheadLogAnewBeforeTheWriterKnowsThatAllOfItIsInTheFile()
      throws Exception {
    writeUntilAPassHangs(true);
    long last = recovery.head().last();
    long before = walBytes();
    write(3, 1);
    assertThat(walBytes()).isGreaterThan(before);
    assertThat(lastOfACopy()).isEqualTo(last + 3);
  }

  @Test
  void fileThatIsReplacedMeanwhileIsNotWrittenTo() throws Exception {
    writeUntilAPassHangs(true);
    Path away = home.resolve("away.db");
    Files.move(file, away);
    Files.copy(away, file);
    assertThat(refusal()).isEqualTo(503);
    assertThat(recovery.inspect()).isPresent();
  }

  /** Also if only the size shows it, because the hub itself is writing to the file. */
  @Test
  void fileThatIsWrittenOverMeanwhileIsNotWrittenTo() throws Exception {
    Path old = Files.copy(file, home.resolve("old.db"));
    write(3, 300);
    recovery.close();
    recovery = recovery(locked);
    writeUntilAPassHangs(false);
    Files.write(file, Files.readAllBytes(old));
    assertThat(refusal()).isEqualTo(503);
    assertThat(recovery.inspect()).isPresent();
  }

  @Test
  void passThatFailsToSyncHasTheLogOpenedAnew() throws Exception {
    failure = FailingConnection.as(SQLiteErrorCode.SQLITE_IOERR_FSYNC);
    SqliteConnections before = recovery.connections();
    writeUntilAPassHangs(true);
    resume.countDown();
    Await.until(
        "another opening",
        () -> {
          write(1, 1);
          return recovery.connections() != before;
        });
    long last = recovery.head().last();
    write(3, 1);
    assertThat(recovery.head().last()).isEqualTo(last + 3);
    assertThat(recovery.lost().isComplete()).isFalse();
  }
}
