package dev.outpour.history.sqlite;

import dev.outpour.history.LogClock;
import dev.outpour.history.Retention;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.history.sqlite.file.BulkCheckpoint;
import dev.outpour.history.sqlite.file.FileIdentity;
import dev.outpour.history.sqlite.file.FileState;
import dev.outpour.history.sqlite.file.ForeignWriterException;
import dev.outpour.history.sqlite.file.SqliteFile;
import dev.outpour.history.sqlite.read.OpenReaders;
import dev.outpour.history.sqlite.read.SqliteReaders;
import dev.outpour.update.LogHead;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open connections to a log's file: one writes, the others read. They are opened and closed
 * together, since none of them can be trusted after a failed sync.
 *
 * <p>The writer is for the log's writing thread; a reader is for the thread that has borrowed it.
 * Methods block.
 */
public final class SqliteConnections implements OpenReaders, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SqliteConnections.class);

  /** How long a checkpoint waits for a reader before it is postponed. */
  private static final int HOLD_MILLIS = 20;

  /** When a postponed checkpoint is tried again, unless the write-ahead log grows fast. */
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final SqliteWriter writer;
  private final FileIdentity identity;
  private final BulkCheckpoint bulk;
  private final SqliteReaders readers;

  /** One more reader, for searches that pages must not wait for. */
  private final SqliteReaders searchers;

  /** Whether a checkpoint was postponed because of a reader. */
  private boolean overdue;

  private long triedNanos;
  private long triedFrames;

  private SqliteConnections(
      SqliteFile file, SqliteWriter writer, FileIdentity identity, BulkCheckpoint bulk) {
    this.bulk = bulk;
    this.writer = writer;
    this.identity = identity;
    BooleanSupplier inPlace = () -> identity.look() == FileState.WHOLE;
    this.readers = new SqliteReaders(file, inPlace, PAGE_READERS);
    this.searchers = new SqliteReaders(file, inPlace, 1);
  }

  /**
   * Opens the file and begins a new epoch.
   *
   * @param before the head when this process last had the file open; null the first time
   * @param background runs most of a checkpoint
   * @throws ForeignWriterException if another hub has opened the file since
   */
  static SqliteConnections open(
      SqliteFile file,
      Retention retention,
      LogClock clock,
      TopicDirectory directory,
      @Nullable LogHead before,
      BulkCheckpoint.Background background)
      throws SQLException {
    SqliteWriter writer = SqliteWriter.open(file, retention, clock, directory, before);
    SqliteConnections opened;
    try {
      opened = besideWriter(file, writer, background);
    } catch (IOException e) {
      writer.close();
      throw new SQLException("The file is gone: " + e.getMessage(), e);
    } catch (SQLException | RuntimeException e) {
      writer.close();
      throw e;
    }
    try {
      opened.readers.open();
      opened.searchers.open();
      return opened;
    } catch (SQLException | RuntimeException e) {
      opened.closeOpened();
      throw e;
    }
  }

  private static SqliteConnections besideWriter(
      SqliteFile file, SqliteWriter writer, BulkCheckpoint.Background background)
      throws SQLException, IOException {
    FileIdentity identity = new FileIdentity(file.path());
    try {
      return new SqliteConnections(file, writer, identity, new BulkCheckpoint(file, background));
    } catch (SQLException | RuntimeException e) {
      identity.close();
      throw e;
    }
  }

  public SqliteWriter writer() {
    return writer;
  }

  /** The identity of the open files. */
  FileIdentity identity() {
    return identity;
  }

  @Override
  public <T> T read(Reading<T> reading) throws SQLException {
    return readers.read(reading);
  }

  @Override
  public <T> T search(Reading<T> reading) throws SQLException {
    return searchers.read(reading);
  }

  /**
   * Copies a long write-ahead log into the file, so that the next commit restarts it from its
   * beginning. The writing thread calls this after each commit.
   *
   * <p>The first pass does most of the work while the writer continues. The second pass holds all
   * readers: otherwise their overlapping transactions would keep the write-ahead log from ever
   * restarting. If a reader takes long, the second pass is postponed, and not tried after each
   * commit.
   *
   * @param afterwards calls this method again, for the second pass
   * @return whether all of the write-ahead log is in the file
   */
  boolean checkpointIfLong(Runnable afterwards) throws SQLException {
    if (!bulk.isUnderWay()) {
      if (!isDue() || identity.beforeWrite(writer) != FileState.WHOLE) {
        return false;
      }
      triedNanos = System.nanoTime();
      triedFrames = writer.writeAheadLog().progress().frames();
      bulk.begin(afterwards);
      identity.beginCheckpoint();
    }
    if (!bulk.isDone()) {
      return false;
    }
    try {
      bulk.finish();
    } finally {
      identity.afterCheckpoint(writer);
    }
    overdue = true;
    return identity.beforeWrite(writer) == FileState.WHOLE && checkpointRest();
  }

  private boolean checkpointRest() throws SQLException {
    try {
      // Another program may read too.
      overdue = !searchers.hold(HOLD_MILLIS) || !readers.hold(HOLD_MILLIS) || !checkpoint();
      return !overdue;
    } finally {
      readers.release();
      searchers.release();
    }
  }

  private boolean isDue() throws SQLException {
    if (!overdue) {
      return writer.writeAheadLog().isLong();
    }
    return System.nanoTime() - triedNanos >= RETRY_NANOS
        || writer.writeAheadLog().progress().frames() - triedFrames >= WriteAheadLog.LONG_PAGES;
  }

  private boolean checkpoint() throws SQLException {
    try {
      return writer.writeAheadLog().checkpoint();
    } finally {
      identity.afterCheckpoint(writer);
    }
  }

  /**
   * Closes all connections and interrupts reads. If the file is gone from its place, the
   * connections stay open until the process ends: when SQLite closes the last one, it removes the
   * write-ahead log that now lies at that name, and copies its own into a file that others have
   * written.
   */
  @Override
  public void close() throws SQLException {
    if (identity.look().isGone()) {
      return;
    }
    closeOpened();
  }

  private void closeIdentity() {
    try {
      identity.close();
    } catch (IOException e) {
      log.debug("Could not close the write-ahead log, which was only read", e);
    }
  }

  private void closeOpened() throws SQLException {
    bulk.close();
    readers.close();
    searchers.close();
    writer.close();
    closeIdentity();
  }
}
