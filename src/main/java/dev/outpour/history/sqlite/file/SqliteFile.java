package dev.outpour.history.sqlite.file;

import dev.outpour.files.PrivateFiles;
import dev.outpour.history.sqlite.table.NumberQuery;
import dev.outpour.settings.CannotStartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.UnaryOperator;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteOpenMode;

/**
 * The file of a log in SQLite: who may write it, and how it is opened.
 *
 * <p>The right to write is a {@link LogLock}. The database file itself is never opened but by
 * SQLite: closing it elsewhere in this process would drop SQLite's own locks. Methods block, and
 * are for the log's own threads.
 */
public final class SqliteFile implements AutoCloseable {

  /** "Outp", in the head of the file. */
  private static final int APPLICATION = 0x4f757470;

  private static final int BUSY_MILLIS = 5_000;

  /** What the write-ahead log keeps of the disk once it begins anew: more than it needs daily. */
  private static final int WRITE_AHEAD_BYTES = 32 << 20;

  private final Path path;
  private final UnaryOperator<Connection> around;
  private final LogLock lock;
  private boolean opened;

  private SqliteFile(Path path, LogLock lock, UnaryOperator<Connection> around) {
    this.path = path;
    this.around = around;
    this.lock = lock;
  }

  public static SqliteFile lock(Path path) {
    return lock(path, UnaryOperator.identity());
  }

  /**
   * Takes the right to write.
   *
   * @param around what is put around each connection that writes
   * @throws CannotStartException if another process has it, or the place cannot be written
   */
  public static SqliteFile lock(Path path, UnaryOperator<Connection> around) {
    try {
      Path resolved = LogLock.resolve(path);
      LogLock lock = LogLock.take(resolved);
      if (lock == null) {
        throw OtherHub.inUse(path);
      }
      return new SqliteFile(resolved, lock, around);
    } catch (IOException e) {
      throw OpenFailure.of(path, e);
    }
  }

  /** Where it lies, without links. */
  public Path path() {
    return path;
  }

  /** Whether the right to write is here still. */
  boolean isHeld() throws IOException {
    return lock.isHeld();
  }

  /** Puts the right to write back where it was taken away. */
  void hold() throws IOException {
    lock.hold();
  }

  /**
   * Opens the file for writing; makes it the first time if there is none. One that has gone later
   * is not made anew: that would be another log.
   */
  public Connection openToWrite() throws SQLException {
    SQLiteConfig config = config();
    if (opened) {
      config.resetOpenMode(SQLiteOpenMode.CREATE);
    } else {
      checkWriteAheadLog();
      OtherHub.refuseIfAny(path, lock);
      createIfNone();
    }
    config.setSynchronous(SynchronousMode.FULL);
    // The writer does it itself, after its publishers have their answers.
    config.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, "0");
    config.setJournalSizeLimit(WRITE_AHEAD_BYTES);
    Connection connection = config.createConnection("jdbc:sqlite:" + path);
    try {
      prepare(connection);
      opened = true;
      return around.apply(connection);
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** Empty, and before SQLite makes it for all to read; what lies beside it has its mode. */
  private void createIfNone() {
    try {
      if (!Files.exists(path)) {
        PrivateFiles.create(path);
      }
    } catch (IOException e) {
      throw OpenFailure.of(path, e);
    }
  }

  private void checkWriteAheadLog() {
    try {
      WalFile.check(path);
    } catch (IOException e) {
      throw OpenFailure.of(path, e);
    }
  }

  /** Opens the file for reading. */
  public Connection openToRead() throws SQLException {
    SQLiteConfig config = config();
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    Connection connection = config.createConnection("jdbc:sqlite:" + path);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA query_only = 1");
      return connection;
    }
  }

  /** Opens the file for bringing its write-ahead log into it. */
  Connection openToCheckpoint() throws SQLException {
    SQLiteConfig config = config();
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    config.setSynchronous(SynchronousMode.FULL);
    config.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, "0");
    return around.apply(config.createConnection("jdbc:sqlite:" + path));
  }

  private static SQLiteConfig config() {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MILLIS);
    config.setTransactionMode(SQLiteConfig.TransactionMode.DEFERRED);
    // Each connection is used by one thread at a time, which needs no lock of SQLite's.
    config.setOpenMode(SQLiteOpenMode.NOMUTEX);
    // It would cost a query after each insert, and the log gives its numbers itself.
    config.setGetGeneratedKeys(false);
    return config;
  }

  private void refuseForeign(Statement statement) throws SQLException {
    if (NumberQuery.once(statement, LogSchema.HAS_LOG) > 0) {
      return;
    }
    long application = NumberQuery.once(statement, "PRAGMA application_id");
    long others = NumberQuery.once(statement, "SELECT count(*) FROM sqlite_schema");
    if (others > 0 || (application != 0 && application != APPLICATION)) {
      throw new CannotStartException(
          path
              + " is the database of another program: set history.path to a file of the hub's own");
    }
  }

  /** Says in the file whose it is; to programs that look at it, too. */
  private static void sign(Statement statement) throws SQLException {
    if (NumberQuery.once(statement, "PRAGMA application_id") != APPLICATION) {
      statement.execute("PRAGMA application_id = " + APPLICATION);
    }
  }

  private void prepare(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // What another program has written stays as it is.
      refuseForeign(statement);
      statement.execute("PRAGMA journal_mode = WAL");
      // A commit of the process before may be in the page cache only: nobody reads it before this.
      checkpoint(statement);
      if (opened && NumberQuery.once(statement, LogSchema.HAS_LOG) == 0) {
        throw new SQLException("Nothing of a log stands in its file");
      }
      LogSchema.createIfNew(statement);
      LogUpgrade.runIfDue(connection, path.toString());
      LogSchema.check(statement, path.toString());
      sign(statement);
    }
  }

  /** Brings everything that was committed into the database file, synced. */
  public static void checkpoint(Statement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
      if (result.next() && result.getInt(1) != 0) {
        throw new SQLException("The log's file is in use by another program");
      }
    }
  }

  /** Gives the right to write up. */
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
