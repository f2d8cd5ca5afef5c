package dev.outpour.history.sqlite.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.outpour.Await;
import dev.outpour.history.HistoryDriver;
import dev.outpour.history.Retention;
import dev.outpour.history.sqlite.SqliteHistory;
import dev.outpour.settings.CannotStartException;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Which write-ahead logs are accepted beside a log's file, and how the others are refused. */
class WalFileTest {

  private static final Retention EVERYTHING =
      new Retention(1_000_000, Duration.ofHours(24), 1L << 40);

  /** More updates than fit into a write-ahead log before a checkpoint. */
  private static final int LONG_BYTES = 9 << 20;

  @TempDir private Path directory;
  private Path file;
  private Path crashed;
  private HistoryDriver log;

  @BeforeEach
  void open() {
    file = directory.resolve("log.db");
    crashed = directory.resolve("crashed.db");
    log = new HistoryDriver(file).open(EVERYTHING);
  }

  @AfterEach
  void close() {
    log.close();
  }

  private void write(int updates, int bytes) {
    for (int i = 0; i < updates; i++) {
      log.append(HistoryDriver.batch(1, bytes, "a"));
    }
  }

  /** Writes until the write-ahead log was restarted, however long a checkpoint takes. */
  private void writeLong() throws IOException {
    long before = salt();
    do {
      write(LONG_BYTES / 200_000, 200_000);
      write(3, 10);
    } while (salt() == before);
  }

  /** SQLite draws a new salt each time it restarts the write-ahead log. */
  private long salt() throws IOException {
    try (InputStream in = Files.newInputStream(wal(file))) {
      byte[] head = in.readNBytes(32);
      return head.length < 32 ? 0 : ByteBuffer.wrap(head).getLong(16);
    }
  }

  private static Path wal(Path file) {
    return LogFileNames.wal(file);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Copies the files as a killed process would leave them now. */
  private void crash() throws IOException {
    copy(file, crashed);
    copy(wal(file), wal(crashed));
    Files.deleteIfExists(directory.resolve("crashed.db-shm"));
  }

  private void sql(Path path, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long headOf(Path path) {
    try (HistoryDriver opened = new HistoryDriver(path).open(EVERYTHING)) {
      return opened.history().head().last();
    }
  }

  private String refusal(Path path) {
    Vertx vertx = Vertx.vertx();
    try {
      Throwable failure = Await.failure(SqliteHistory.open(vertx, path, EVERYTHING));
      assertThat(failure).isInstanceOf(CannotStartException.class);
      return failure.getMessage();
    } finally {
      Await.result(vertx.close());
    }
  }

  @Test
  void whatAKilledProcessLeavesIsTakenAtAnyMoment() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 6; round++) {
      try (Connection reader = DriverManager.getConnection("jdbc:sqlite:" + file);
          Statement statement = reader.createStatement()) {
        if (random.nextBoolean()) {
          // During a read, a checkpoint copies only a part of the write-ahead log.
          statement.execute("BEGIN");
          statement.executeQuery("SELECT count(*) FROM updates").next();
        }
        write(random.nextInt(60), 100_000);
        crash();
        assertThat(headOf(crashed))
            .as("round %d, seed %d", round, seed)
            .isEqualTo(log.history().head().last());
      }
      write(random.nextInt(3), 10);
      if (random.nextInt(4) == 0) {
        sql(file, "PRAGMA wal_checkpoint(TRUNCATE)");
      }
      crash();
      assertThat(headOf(crashed))
          .as("round %d, seed %d", round, seed)
          .isEqualTo(log.history().head().last());
    }
  }

  @Test
  void whatIsCutShortIsTakenAsFarAsItGoes() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    writeLong();
    write(20, 10_000);
    long all = Files.size(wal(file));
    for (int i = 0; i < 20; i++) {
      crash();
      try (RandomAccessFile wal = new RandomAccessFile(wal(crashed).toFile(), "rw")) {
        if (random.nextBoolean()) {
          wal.setLength(random.nextLong(all));
        } else {
          wal.seek(random.nextLong(32, all - 4096));
          wal.write(new byte[512]);
        }
      }
      assertThatCode(() -> WalFile.check(crashed)).as("seed %d", seed).doesNotThrowAnyException();
    }
  }

  @Test
  void thatOfAnotherLogIsRefusedAndNothingIsChanged() throws Exception {
    write(10, 10);
    crash();
    Path other = directory.resolve("other.db");
    try (HistoryDriver second = new HistoryDriver(other).open(EVERYTHING)) {
      second.append(HistoryDriver.batch(5, 10, "b"));
      copy(wal(other), wal(crashed));
    }
    byte[] before = Files.readAllBytes(crashed);
    byte[] beside = Files.readAllBytes(wal(crashed));
    assertThat(refusal(crashed))
        .contains("crashed.db-wal does not belong to")
        .contains("outpour log restore");
    assertThat(Files.readAllBytes(crashed)).isEqualTo(before);
    assertThat(Files.readAllBytes(wal(crashed))).isEqualTo(beside);
    Files.delete(wal(crashed));
    assertThat(headOf(crashed)).isZero();
  }

  @Test
  void thatOfTheFileBeforeItsBackupIsRefused() throws Exception {
    write(10, 10);
    sql(file, "VACUUM INTO '" + directory.resolve("backup.db") + "'");
    write(10, 10);
    crash();
    copy(directory.resolve("backup.db"), crashed);
    assertThat(refusal(crashed)).contains("does not belong");
    Files.delete(wal(crashed));
    assertThat(headOf(crashed)).isEqualTo(10);
  }

  @Test
  void thatOfALaterTimeIsRefusedBesideAnOlderCopy() throws Exception {
    write(10, 10);
    sql(file, "PRAGMA wal_checkpoint(TRUNCATE)");
    write(10, 10);
    crash();
    Path older = directory.resolve("older.db");
    copy(crashed, older);
    for (int i = 0; i < 3; i++) {
      writeLong();
    }
    crash();
    copy(older, crashed);
    assertThat(refusal(crashed)).contains("does not belong");
  }

  @Test
  void thatOfAHubBeforeMarksIsTaken() throws Exception {
    log.close();
    sql(file, "PRAGMA user_version = 0");
    log = new HistoryDriver(directory.resolve("another.db")).open(EVERYTHING);
    try (Connection before = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = before.createStatement()) {
      statement.execute("UPDATE log SET last = 7");
      crash();
    }
    assertThat(headOf(crashed)).isEqualTo(7);
  }

  @Test
  void updatesWhoseFileIsGoneAreNotThrownAway() throws Exception {
    write(10, 10);
    crash();
    Files.delete(crashed);
    assertThat(refusal(crashed)).contains("is missing").contains("put that file back");
    assertThat(wal(crashed)).exists();
    Files.createFile(crashed);
    assertThat(refusal(crashed)).contains("is missing");
    copy(file, crashed);
    assertThat(headOf(crashed)).isEqualTo(10);
  }

  @Test
  void databaseOfAnotherProgramIsRefusedAndNotTouched() throws Exception {
    Path users = directory.resolve("users.db");
    sql(users, "CREATE TABLE users (name TEXT)");
    byte[] before = Files.readAllBytes(users);
    assertThat(refusal(users)).contains("the database of another program").contains("history.path");
    assertThat(Files.readAllBytes(users)).isEqualTo(before);
  }

  @Test
  void databaseOfAnotherProgramWithATableOfTheSameNameIsRefusedAndNotTouched() throws Exception {
    Path theirs = directory.resolve("theirs.db");
    sql(theirs, "CREATE TABLE log (message TEXT)");
    byte[] before = Files.readAllBytes(theirs);
    assertThat(refusal(theirs)).contains("the database of another program");
    assertThat(Files.readAllBytes(theirs)).isEqualTo(before);
  }

  @Test
  void fileSaysWhoseItIs() throws Exception {
    log.close();
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
      bytes.seek(68);
      assertThat(bytes.readInt()).isEqualTo(0x4f757470);
    }
    sql(file, "PRAGMA application_id = 0");
    assertThat(headOf(file)).isZero();
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
      bytes.seek(68);
      assertThat(bytes.readInt()).as("written by an earlier version").isEqualTo(0x4f757470);
    }
  }

  @Test
  void backupIsAdvisedWhereTheFileIsDamagedAlone() throws Exception {
    assertThat(advice(SQLiteErrorCode.SQLITE_CORRUPT)).contains("restore a backup");
    assertThat(advice(SQLiteErrorCode.SQLITE_NOTADB)).contains("restore a backup");
    assertThat(advice(SQLiteErrorCode.SQLITE_FULL)).contains("make room").doesNotContain("backup");
    assertThat(advice(SQLiteErrorCode.SQLITE_READONLY_DIRECTORY))
        .contains("user to write to " + directory)
        .doesNotContain("backup");
    assertThat(advice(SQLiteErrorCode.SQLITE_CANTOPEN)).contains("user to write to");
    assertThat(advice(SQLiteErrorCode.SQLITE_IOERR)).contains("disk").doesNotContain("backup");
    assertThat(refusal(directory)).contains("is a folder").doesNotContain("backup");
  }

  @Test
  void adviceOfAFileThatCannotBeMadeFitsItsCause() {
    Path deep = directory.resolve("not/there/outpour.db");
    assertThat(OpenFailure.of(deep, new AccessDeniedException("/not")))
        .hasMessageContaining("(permission denied: /not)")
        .hasMessageContaining("allow the hub's user to write to " + directory + " and");
    assertThat(OpenFailure.of(deep, new FileSystemException("/a", null, "No space left on device")))
        .hasMessageContaining("make room on its disk");
    assertThat(OpenFailure.of(deep, new IOException("No space left on device")))
        .hasMessageContaining("make room on its disk");
  }

  private String advice(SQLiteErrorCode code) {
    return OpenFailure.of(file, new SQLiteException(code.message, code)).getMessage();
  }
}
