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

/** Most of a checkpoint is done on a thread of its own, and takes long, or fails. */
@Timeout(60)
class BulkCheckpointTest {

  private static final Retention EVERYTHING =
      new Retention(1_000_000, Duration.ofHours(24), 1L << 40);
  private static final String PASS = "PRAGMA wal_checkpoint(PASSIVE)";

  private final Path home = RamDirectory.make();
  private final Path file = home.resolve("log.db");
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private @Nullable Throwable failure;
  private final FailingConnection slow =
      new FailingConnection(
          () -> {
            reached.countDown();
            goOn.await();
            return failure;
          });
  private SqliteFile locked;
  private SqliteRecovery keeper;

  @BeforeEach
  void open() throws Exception {
    locked = SqliteFile.lock(file, slow::around);
    keeper = keeper(locked);
  }

  @AfterEach
  void close() throws Exception {
    goOn.countDown();
    keeper.close();
    locked.close();
  }

  private static SqliteRecovery keeper(SqliteFile locked) throws Exception {
    return new SqliteRecovery(
        locked,
        EVERYTHING,
        new ManualClock().logClock(),
        new TopicDirectory(1_000),
        (pass, afterwards) -> new Thread(pass).start());
  }

  private void write(int groups, int updates) {
    for (int i = 0; i < groups; i++) {
      keeper.write(List.of(HistoryDriver.batch(updates, 5_000, "t")));
      keeper.tidyUp();
    }
  }

  /**
   * Writes until a pass is under way that hangs.
   *
   * @param after whether it has done its work by then
   */
  private void writeUntilAPassHangs(boolean after) throws Exception {
    slow.failOn(PASS, after, 1);
    do {
      write(1, 300);
      // It begins, if at all, with what has just been written.
    } while (!reached.await(300, TimeUnit.MILLISECONDS));
  }

  private int refusal() {
    Throwable refused = catchThrowable(() -> write(1, 1));
    assertThat(refused).isInstanceOf(RefusedException.class);
    return ((RefusedException) refused).refusal().status();
  }

  private long frames() {
    try {
      return keeper.connections().writer().writeAhead().frames();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private long walBytes() throws Exception {
    return Files.size(LogFileNames.wal(file));
  }

  /** What another start would find that follows an end just now. */
  private long lastOfACopy() throws Exception {
    Path copy = Files.createDirectory(home.resolve("copy")).resolve("log.db");
    Files.copy(file, copy);
    Files.copy(LogFileNames.wal(file), LogFileNames.wal(copy));
    try (SqliteFile other = SqliteFile.lock(copy)) {
      SqliteRecovery opened = keeper(other);
      long last = opened.head().last();
      opened.close();
      return last;
    }
  }

  @Test
  void publishesGoOnMeanwhileAndTheWriteAheadLogBeginsAnewAfterwards() throws Exception {
    writeUntilAPassHangs(false);
    long before = keeper.head().last();
    write(100, 1);
    assertThat(keeper.head().last()).isEqualTo(before + 100);
    assertThat(keeper.inspect()).isEmpty();
    goOn.countDown();
    Await.until(
        "a write-ahead log that begins anew",
        () -> {
          write(1, 1);
          return frames() < 1_000;
        });
    long last = keeper.head().last();
    assertThat(lastOfACopy()).isEqualTo(last);
    assertThat(keeper.lost().isComplete()).isFalse();
  }

  @Test
  void noCommitBeginsTheWriteAheadLogAnewBeforeTheWriterKnowsThatAllOfItIsInTheFile()
      throws Exception {
    writeUntilAPassHangs(true);
    long last = keeper.head().last();
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
    assertThat(keeper.inspect()).isPresent();
  }

  /** Also where only its size tells: the hub is writing to it. */
  @Test
  void fileThatIsWrittenOverMeanwhileIsNotWrittenTo() throws Exception {
    Path old = Files.copy(file, home.resolve("old.db"));
    write(3, 300);
    keeper.close();
    keeper = keeper(locked);
    writeUntilAPassHangs(false);
    Files.write(file, Files.readAllBytes(old));
    assertThat(refusal()).isEqualTo(503);
    assertThat(keeper.inspect()).isPresent();
  }

  @Test
  void passThatFailsToSyncHasTheLogOpenedAnew() throws Exception {
    failure = FailingConnection.as(SQLiteErrorCode.SQLITE_IOERR_FSYNC);
    SqliteConnections before = keeper.connections();
    writeUntilAPassHangs(true);
    goOn.countDown();
    Await.until(
        "another opening",
        () -> {
          write(1, 1);
          return keeper.connections() != before;
        });
    long last = keeper.head().last();
    write(3, 1);
    assertThat(keeper.head().last()).isEqualTo(last + 3);
    assertThat(keeper.lost().isComplete()).isFalse();
  }
}
