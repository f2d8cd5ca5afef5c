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
 * The SQLite file of a log: its lock, and how it is opened.
 *
 * <p>The right to write is a {@link LogLock}. Only SQLite ever opens the database file: if this
 * process opened and closed it elsewhere, SQLite would lose its own locks. Methods block and are
 * for the log's own threads.
 */
public final class SqliteFile implements AutoCloseable {

  /** "Outp", in the header of the file. */
  private static final int APPLICATION = 0x4f757470;

  private static final int BUSY_MILLIS = 5_000;

  /** To what size a restarted write-ahead log is truncated: more than it usually needs. */
  private static final int WRITE_AHEAD_BYTES = 32 << 20;

  private final Path path;
  private final UnaryOperator<Connection> wrapper;
  private final LogLock lock;
  private boolean opened;

  private SqliteFile(Path path, LogLock lock, UnaryOperator<Connection> wrapper) {
    this.path = path;
    this.wrapper = wrapper;
    this.lock = lock;
  }

  public static SqliteFile lock(Path path) {
    return lock(path, UnaryOperator.identity());
  }

  /**
   * Acquires the right to write.
   *
   * @param wrapper wraps each connection that writes
   * @throws CannotStartException if another process has it, or the folder cannot be written
   */
  public static SqliteFile lock(Path path, UnaryOperator<Connection> wrapper) {
    try {
      Path resolved = LogLock.resolve(path);
      LogLock lock = LogLock.take(resolved);
      if (lock == null) {
        throw OtherHub.inUse(path);
      }
      return new SqliteFile(resolved, lock, wrapper);
    } catch (IOException e) {
      throw OpenFailure.of(path, e);
    }
  }

  /** The path with all links resolved. */
  public Path path() {
    return path;
  }

  /** Whether the lock is still held. */
  boolean isHeld() throws IOException {
    return lock.isHeld();
  }

  /** Restores the lock file if it was removed. */
  void restoreLock() throws IOException {
    lock.restore();
  }

  /**
   * Opens the file for writing. The first time it creates a missing file; later it does not, since
   * that would be another log.
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
    // The writer checkpoints by itself, after its publishers have their answers.
    config.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, "0");
    config.setJournalSizeLimit(WRITE_AHEAD_BYTES);
    Connection connection = config.createConnection("jdbc:sqlite:" + path);
    try {
      prepare(connection);
      opened = true;
      return wrapper.apply(connection);
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** Creates a private file, before SQLite creates one that all may read. Its mode is inherited. */
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

  /** Opens the file for checkpoints. */
  Connection openToCheckpoint() throws SQLException {
    SQLiteConfig config = config();
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    config.setSynchronous(SynchronousMode.FULL);
    config.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, "0");
    return wrapper.apply(config.createConnection("jdbc:sqlite:" + path));
  }

  private static SQLiteConfig config() {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MILLIS);
    config.setTransactionMode(SQLiteConfig.TransactionMode.DEFERRED);
    // One thread at a time uses each connection, so SQLite needs no mutex.
    config.setOpenMode(SQLiteOpenMode.NOMUTEX);
    // Generated keys would cost a query after each insert, and the log does not use them.
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
          path + " is the database of another program: set history.path to another file");
    }
  }

  /** Marks the file as a log of this program. */
  private static void sign(Statement statement) throws SQLException {
    if (NumberQuery.once(statement, "PRAGMA application_id") != APPLICATION) {
      statement.execute("PRAGMA application_id = " + APPLICATION);
    }
  }

  private void prepare(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // Leave the database of another program unchanged.
      refuseForeign(statement);
      statement.execute("PRAGMA journal_mode = WAL");
      // The last commit of a previous process may be in the page cache only: sync it before reads.
      checkpoint(statement);
      if (opened && NumberQuery.once(statement, LogSchema.HAS_LOG) == 0) {
        throw new SQLException("The file holds no log any more");
      }
      LogSchema.createIfNew(statement);
      LogUpgrade.runIfDue(connection, path.toString());
      LogSchema.check(statement, path.toString());
      sign(statement);
    }
  }

  /** Copies everything that was committed into the database file and syncs it. */
  public static void checkpoint(Statement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
      if (result.next() && result.getInt(1) != 0) {
        throw new SQLException("The log's file is in use by another program");
      }
    }
  }

  /** Releases the lock. */
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
