package dev.outpour.history.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.outpour.RamDirectory;
import dev.outpour.history.ManualClock;
import dev.outpour.history.Retention;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.history.sqlite.file.SqliteFile;
import dev.outpour.history.sqlite.read.SqliteReader;
import dev.outpour.update.Batch;
import dev.outpour.update.LogHead;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Samples;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sqlite.SQLiteErrorCode;

/** A log is closed or opened again during a long read. */
@Timeout(60)
class ReadAtClosingTest {

  private static final Retention EVERYTHING = new Retention(1_000, Duration.ofHours(24), 1L << 40);

  private final Path file = RamDirectory.make().resolve("log.db");

  private static List<Batch> group(int number) {
    return List.of(Batch.of(Samples.draft("data " + number, "t")));
  }

  private static int status(Throwable failure) {
    assertThat(failure).isInstanceOf(RefusedException.class);
    return ((RefusedException) failure).refusal().status();
  }

  private static SqliteRecovery recovery(SqliteFile locked) throws SQLException {
    return new SqliteRecovery(
        locked,
        EVERYTHING,
        new ManualClock().logClock(),
        new TopicDirectory(1_000),
        (pass, afterwards) -> pass.run());
  }

  /** Runs short statements until it is interrupted. */
  private static CompletableFuture<Throwable> readForHours(SqliteConnections open)
      throws InterruptedException {
    return begun(open, (reader, head) -> reader.page(0, head), Integer.MAX_VALUE);
  }

  private interface Question {
    void ask(SqliteReader reader, LogHead head) throws SQLException;
  }

  private static CompletableFuture<Throwable> begun(
      SqliteConnections open, Question question, int times) throws InterruptedException {
    LogHead head = open.writer().head();
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () ->
                failure.complete(
                    catchThrowable(
                        () ->
                            open.read(
                                reader -> {
                                  begun.countDown();
                                  for (int i = 0; i < times; i++) {
                                    question.ask(reader, head);
                                  }
                                  return null;
                                }))));
    thread.setDaemon(true);
    thread.start();
    begun.await();
    return failure;
  }

  @Test
  void failedSyncBesideAReadThatTakesHoursDoesNotEndTheLog() throws Exception {
    FailingConnection failing =
        new FailingConnection(() -> FailingConnection.as(SQLiteErrorCode.SQLITE_IOERR_FSYNC));
    try (SqliteFile locked = SqliteFile.lock(file, failing::around)) {
      SqliteRecovery recovery = recovery(locked);
      recovery.write(group(1));
      CompletableFuture<Throwable> read = readForHours(recovery.connections());
      failing.failOn("COMMIT", true, 1);
      assertThat(status(catchThrowable(() -> recovery.write(group(2))))).isEqualTo(504);
      assertThat(recovery.lost().isComplete()).as("lost").isFalse();
      assertThat(status(read.get(1, TimeUnit.SECONDS))).isEqualTo(503);
      recovery.write(group(3));
      assertThat(recovery.head().last()).isEqualTo(3);
      recovery.close();
    }
  }

  @Test
  void oneStatementThatTakesHoursIsInterruptedAsWell() throws Exception {
    try (SqliteFile locked = SqliteFile.lock(file)) {
      recovery(locked).close();
    }
    // A search for the next update of a topic reads this table.
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      statement.execute("DROP TABLE further_topics");
      statement.execute(
          "CREATE VIEW further_topics(topic, sequence) AS WITH RECURSIVE n(i) AS"
              + " (SELECT 0 UNION ALL SELECT i + 1 FROM n) SELECT 'other' || i, i FROM n");
      statement.execute(
          "CREATE TRIGGER further INSTEAD OF INSERT ON further_topics BEGIN SELECT 1; END");
      statement.execute(
          "CREATE TRIGGER fewer INSTEAD OF DELETE ON further_topics BEGIN SELECT 1; END");
    }
    try (SqliteFile locked = SqliteFile.lock(file)) {
      SqliteRecovery recovery = recovery(locked);
      CompletableFuture<Throwable> read =
          begun(
              recovery.connections(),
              (reader, head) -> reader.seek(0, Samples.interest("t").topics()),
              1);
      recovery.close();
      assertThat(status(read.get(1, TimeUnit.SECONDS))).isEqualTo(503);
    }
  }
}
