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
 * The open connections to a log's file, one that writes and some that read: they are opened
 * together and closed together, since after a failed sync none of them can be trusted.
 *
 * <p>The writer is used by the log's writing thread alone, the readers by whichever thread has
 * borrowed one. Methods block.
 */
public final class SqliteConnections implements OpenReaders, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SqliteConnections.class);

  /** How long the writer waits for a page that is being read, before it tries again later. */
  private static final int HOLD_MILLIS = 20;

  /** When it tries again; or earlier, once so much more was written. */
  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final SqliteWriter writer;
  private final FileIdentity place;
  private final BulkCheckpoint bulk;
  private final SqliteReaders readers;

  /** One more, for what no page is to wait for. */
  private final SqliteReaders searchers;

  /** Whether something that was being read has kept the write-ahead log from beginning anew. */
  private boolean overdue;

  private long triedNanos;
  private long triedFrames;

  private SqliteConnections(
      SqliteFile file, SqliteWriter writer, FileIdentity place, BulkCheckpoint bulk) {
    this.bulk = bulk;
    this.writer = writer;
    this.place = place;
    BooleanSupplier inPlace = () -> place.look() == FileState.WHOLE;
    this.readers = new SqliteReaders(file, inPlace, PAGES_AT_ONCE);
    this.searchers = new SqliteReaders(file, inPlace, 1);
  }

  /**
   * Opens the file, and begins a new epoch in it.
   *
   * @param before the log as it was when this process had it open before; null the first time
   * @param background where most of a checkpoint is done
   * @throws ForeignWriterException if another hub has opened it since
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
      throw new SQLException("The file has gone: " + e.getMessage(), e);
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
    FileIdentity place = new FileIdentity(file.path());
    try {
      return new SqliteConnections(file, writer, place, new BulkCheckpoint(file, background));
    } catch (SQLException | RuntimeException e) {
      place.close();
      throw e;
    }
  }

  public SqliteWriter writer() {
    return writer;
  }

  /** Where what is open lies. */
  FileIdentity place() {
    return place;
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
   * Brings the write-ahead log into the file once it is long, so that the next commit begins it
   * anew in place. It is called by the writing thread after each commit.
   *
   * <p>The first pass does the work, while the writer goes on; in the second no page is being read.
   * Readers whose transactions overlap would keep the write-ahead log from ever beginning anew. One
   * that reads for long has it tried again now and then, not after each commit.
   *
   * @param afterwards what calls this again, for the second pass
   * @return whether all of it is in the file
   */
  boolean checkpointIfLong(Runnable afterwards) throws SQLException {
    if (!bulk.isUnderWay()) {
      if (!isDue() || place.beforeWrite(writer) != FileState.WHOLE) {
        return false;
      }
      triedNanos = System.nanoTime();
      triedFrames = writer.writeAheadLog().progress().frames();
      bulk.begin(afterwards);
      place.beginCheckpoint();
    }
    if (!bulk.isDone()) {
      return false;
    }
    try {
      bulk.finish();
    } finally {
      place.afterCheckpoint(writer);
    }
    overdue = true;
    return place.beforeWrite(writer) == FileState.WHOLE && checkpointRest();
  }

  private boolean checkpointRest() throws SQLException {
    try {
      // Another program may read, too.
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
    return System.nanoTime() - triedNanos >= AGAIN_NANOS
        || writer.writeAheadLog().progress().frames() - triedFrames >= WriteAheadLog.LONG_PAGES;
  }

  private boolean checkpoint() throws SQLException {
    try {
      return writer.writeAheadLog().checkpoint();
    } finally {
      place.afterCheckpoint(writer);
    }
  }

  /**
   * Closes all, and interrupts those that read; unless the file has gone from its place. Then they
   * are left to the end of the process: SQLite, which closes the last, would remove what lies there
   * as write-ahead log by its name, and bring its own into a file that others have written.
   */
  @Override
  public void close() throws SQLException {
    if (place.look().isGone()) {
      return;
    }
    closeOpened();
  }

  private void forgetPlace() {
    try {
      place.close();
    } catch (IOException e) {
      log.debug("Nothing was written by it", e);
    }
  }

  private void closeOpened() throws SQLException {
    bulk.close();
    readers.close();
    searchers.close();
    writer.close();
    forgetPlace();
  }
}
