package dev.outpour.history.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outpour.Await;
import dev.outpour.history.HistoryDriver;
import dev.outpour.history.LogClock;
import dev.outpour.history.Retention;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.history.sqlite.file.SqliteFile;
import dev.outpour.history.sqlite.read.Damage;
import dev.outpour.history.sqlite.table.CorruptLogException;
import dev.outpour.loop.Deadline;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Gap;
import dev.outpour.update.Interest;
import dev.outpour.update.LogHead;
import dev.outpour.update.Page;
import dev.outpour.update.Samples;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Reading a log's file with damaged parts. */
class DamagedLogTest {

  private static final Retention EVERYTHING =
      new Retention(1_000_000, Duration.ofHours(24), 1L << 40);
  private static final int UPDATES = 3_000;

  @TempDir private Path directory;
  private Path file;
  private LogHead head;
  private long nanos = 5;
  private final Damage damage = new Damage(() -> nanos);

  @BeforeEach
  void write() {
    file = directory.resolve("log.db");
    try (HistoryDriver log = new HistoryDriver(file).open(EVERYTHING)) {
      for (int i = 0; i < UPDATES / 100; i++) {
        log.append(HistoryDriver.batch(100, 100, "a", "b/c"));
      }
      head = log.history().head();
    }
  }

  /** Changes the file while no hub has it open. */
  private void alter(String... sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String each : sql) {
        statement.execute(each);
      }
    }
  }

  /** Overwrites with zeros SQLite's pages that hold the updates after some. */
  private void wipe(int skipped, int count) throws Exception {
    List<Long> offsets = new ArrayList<>();
    long size;
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      try (ResultSet found = statement.executeQuery("PRAGMA page_size")) {
        size = found.getLong(1);
      }
      try (ResultSet found =
          statement.executeQuery(
              "SELECT pageno FROM dbstat WHERE name = 'updates' AND pagetype = 'leaf'"
                  + " ORDER BY path LIMIT "
                  + count
                  + " OFFSET "
                  + skipped)) {
        while (found.next()) {
          offsets.add((found.getLong(1) - 1) * size);
        }
      }
    }
    assertThat(offsets).hasSize(count);
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      for (long offset : offsets) {
        bytes.seek(offset);
        bytes.write(new byte[(int) size]);
      }
    }
  }

  /** Reads from a number on; repeats damaged pages until they count as damaged. */
  private List<Page> readFrom(long after) throws Exception {
    try (SqliteFile locked = SqliteFile.lock(file);
        SqliteConnections reader = open(locked)) {
      return readFrom(after, reader);
    }
  }

  private List<Page> readFrom(long after, SqliteConnections reader) throws SQLException {
    List<Page> pages = new ArrayList<>();
    for (long cursor = after; cursor < head.last(); ) {
      Page page = readUntilSure(reader, cursor);
      assertThat(page.continues(cursor)).as("page after %d", cursor).isTrue();
      assertThat(readUntilSure(reader, page.from())).as("the same page").isEqualTo(page);
      assertThat(readUntilSure(reader, page.to() - 1)).as("the same page").isEqualTo(page);
      cursor = page.to();
      pages.add(page);
    }
    return pages;
  }

  private static SqliteConnections open(SqliteFile locked) throws SQLException {
    return SqliteConnections.open(
        locked,
        EVERYTHING,
        LogClock.system(),
        new TopicDirectory(0),
        null,
        (pass, afterwards) -> pass.run());
  }

  private Page readUntilSure(SqliteConnections reader, long after) throws SQLException {
    for (int failures = 0; ; failures++) {
      try {
        return damage.page(reader, after, head);
      } catch (SQLException e) {
        assertThat(failures).as(e.toString()).isLessThan(Damage.SIGHTINGS - 1);
        nanos += Damage.APART_NANOS;
      }
    }
  }

  private static long[] damaged(List<Page> pages) {
    return pages.stream()
        .filter(Page::damaged)
        .flatMapToLong(page -> LongStream.rangeClosed(page.from() + 1, page.to()))
        .toArray();
  }

  private static void assertAllElse(List<Page> pages, long... lost) {
    assertThat(damaged(pages)).containsExactly(lost);
    assertThat(pages.stream().flatMap(page -> page.updates().stream()).map(Update::sequence))
        .containsExactlyElementsOf(
            LongStream.rangeClosed(1, UPDATES)
                .filter(each -> Arrays.binarySearch(lost, each) < 0)
                .boxed()
                .toList());
  }

  @Test
  void whatIsNotDamagedIsReadAndTheRestNamed() throws Exception {
    alter(
        "UPDATE updates SET data = CAST('other' AS BLOB) WHERE sequence IN (1, 700, 701, 3000)",
        "UPDATE updates SET topic = 'b' WHERE sequence = 1500",
        "DELETE FROM updates WHERE sequence = 1600");
    List<Page> pages = readFrom(0);
    assertAllElse(pages, 1, 700, 701, 1500, 1600, 3000);
    assertThat(damage.count()).isEqualTo(6);
    readFrom(0);
    assertThat(damage.count()).as("each counted once").isEqualTo(6);
  }

  @Test
  void whatWasRemovedBeforeDamageIsNoDamage() throws Exception {
    alter(
        "DELETE FROM updates WHERE sequence < 500",
        "UPDATE updates SET data = CAST('other' AS BLOB) WHERE sequence IN (500, 502)");
    try (SqliteFile locked = SqliteFile.lock(file);
        SqliteConnections reader = open(locked)) {
      Page first = readUntilSure(reader, 3);
      assertThat(first).isEqualTo(Page.damaged(first.lineage(), 500, first.from(), 500));
      assertThat(first.from()).isLessThanOrEqualTo(3);
      assertThat(readUntilSure(reader, 499).damaged()).isTrue();
      assertThat(readUntilSure(reader, 500).updates())
          .extracting(Update::sequence)
          .containsExactly(501L);
      assertThat(damage.count()).isEqualTo(1);
      assertThat(readUntilSure(reader, 501).damaged()).isTrue();
      assertThat(damage.count()).isEqualTo(2);
    }
  }

  @Test
  void pagesOfTheFileThatAreGoneTakeTheirUpdatesAlone() throws Exception {
    wipe(20, 2);
    List<Page> pages = readFrom(0);
    long[] lost = damaged(pages);
    assertThat(lost.length).isBetween(20, 100);
    assertAllElse(pages, LongStream.rangeClosed(lost[0], lost[lost.length - 1]).toArray());
  }

  @Test
  void firstPageOfTheFileThatIsGoneHidesNothingBehindIt() throws Exception {
    try (SqliteFile locked = SqliteFile.lock(file);
        SqliteConnections reader = open(locked)) {
      wipe(0, 1);
      List<Page> pages = readFrom(0, reader);
      long[] lost = damaged(pages);
      assertThat(lost).startsWith(1, 2, 3).hasSizeLessThan(100);
      assertAllElse(pages, lost);
    }
  }

  @Test
  void damageIsBelievedTheThirdTimeASecondApart() throws Exception {
    byte[] whole = Files.readAllBytes(file);
    alter("UPDATE updates SET time = time + 1 WHERE sequence = 10");
    try (SqliteFile locked = SqliteFile.lock(file)) {
      try (SqliteConnections reader = open(locked)) {
        for (int i = 0; i < 10; i++) {
          assertUnreadable(reader);
        }
        nanos += Damage.APART_NANOS;
        assertUnreadable(reader);
        nanos += Damage.APART_NANOS - 1;
        assertUnreadable(reader);
        assertThat(damage.count()).isZero();
        nanos += 1;
        assertThat(damage.page(reader, 0, head).to()).isEqualTo(9);
        assertThat(damage.page(reader, 9, head).damaged()).isTrue();
      }
      Files.write(file, whole);
      try (SqliteConnections reader = open(locked)) {
        assertThat(damage.page(reader, 9, head).to()).as("healed").isGreaterThan(100);
      }
    }
  }

  private void assertUnreadable(SqliteConnections reader) {
    assertThatThrownBy(() -> damage.page(reader, 0, head))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("Update 10 is damaged");
  }

  @Test
  void onlyDamageIsBelieved() {
    assertThat(CorruptLogException.is(failure(SQLiteErrorCode.SQLITE_CORRUPT))).isTrue();
    assertThat(CorruptLogException.is(failure(SQLiteErrorCode.SQLITE_CORRUPT_INDEX))).isTrue();
    assertThat(CorruptLogException.is(new CorruptLogException("this one"))).isTrue();
    assertThat(CorruptLogException.is(failure(SQLiteErrorCode.SQLITE_IOERR_READ))).isFalse();
    assertThat(CorruptLogException.is(failure(SQLiteErrorCode.SQLITE_BUSY))).isFalse();
    assertThat(CorruptLogException.is(failure(SQLiteErrorCode.SQLITE_NOMEM))).isFalse();
    assertThat(CorruptLogException.is(new SQLException("another"))).isFalse();
  }

  private static SQLException failure(SQLiteErrorCode code) {
    return new SQLiteException(code.message, code);
  }

  @Test
  void numbersThatAreMissingWhenTheirTurnToGoComesAreKnownToBeGone() throws Exception {
    // The earliest updates remain, some in the middle and at the end are missing.
    alter(
        "DELETE FROM updates WHERE sequence BETWEEN 150 AND 250",
        "DELETE FROM updates WHERE sequence > 2990");
    TopicDirectory directory = new TopicDirectory(0);
    Set<Topic> topic = Set.of(new Topic("a"));
    try (HistoryDriver log = new HistoryDriver(file).open(EVERYTHING, directory)) {
      long last = log.history().head().last();
      log.open(new Retention(last - 180, EVERYTHING.age(), EVERYTHING.bytes()), directory);
      Await.until("trimmed", () -> trimmed(log));

      assertThat(log.history().head().earliest()).as("the next existing update").isEqualTo(251);
      assertThat(log.history().newestRemoved(topic)).isEqualTo(250);
      Interest interest = new Interest(topic, Set.of());
      Gap gap = log.call(() -> log.history().seek(100, interest, Deadline.never()));
      assertThat(gap.from()).isEqualTo(250);
    }
  }

  @Test
  void logOfWhichOnlyMissingNumbersAreLeftIsEmpty() throws Exception {
    TopicDirectory directory = new TopicDirectory(0);
    try (HistoryDriver log = new HistoryDriver(file).open(EVERYTHING, directory)) {
      // While the log is open, it knows the last sequence number.
      alter("DELETE FROM updates WHERE sequence > 1000");
      log.clock.pass(EVERYTHING.age().plusHours(1));
      Await.until("trimmed", () -> trimmed(log));

      assertThat(log.history().head().earliest()).isEqualTo(UPDATES + 1);
      assertThat(log.history().newestRemoved(Set.of(new Topic("a")))).isEqualTo(UPDATES);
      assertThat(log.history().retained().bytes()).isZero();
    }
  }

  @Test
  void topicWhoseEndIsMissingIsUsedAgainOnceItsTurnToGoHasCome() throws Exception {
    TopicDirectory directory = new TopicDirectory(0);
    try (HistoryDriver log = new HistoryDriver(file).open(EVERYTHING, directory)) {
      assertTaken(log, Samples.last("x", "over"));
      log.append(HistoryDriver.batch(100, 100, "a"));
    }
    // First in the middle, then at the beginning when the log is opened.
    alter("DELETE FROM updates WHERE sequence = " + (UPDATES + 1));
    try (HistoryDriver log = new HistoryDriver(file)) {
      log.open(new Retention(50, EVERYTHING.age(), EVERYTHING.bytes()), directory);
      Await.until("trimmed", () -> trimmed(log));
      assertTaken(log, Samples.last("y", "over"));
      log.append(HistoryDriver.batch(10, 100, "a"));
      log.shut();
      alter("DELETE FROM updates WHERE sequence <= " + (UPDATES + 102));
      log.open(EVERYTHING, directory);
      assertTaken(log, Samples.last("z", "over"));
      assertThat(log.history().head().hasEnds()).isTrue();
    }
  }

  private static void assertTaken(HistoryDriver log, Draft draft) {
    assertThat(log.append(Batch.of(draft)).outcomes().get(0).refusal()).isEmpty();
  }

  private static boolean trimmed(HistoryDriver log) {
    log.append(new Batch(List.of()));
    return !log.history().isOverdue();
  }
}
