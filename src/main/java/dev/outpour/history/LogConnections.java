package dev.outpour.history;

import dev.outpour.update.Head;
import dev.outpour.update.Refusal;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
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
final class LogConnections implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LogConnections.class);

  /** How many read at the same time. */
  static final int READERS = 2;

  private static final int READER_SECONDS = 5;

  /** How long the writer waits for a page that is being read, before it tries again later. */
  private static final int HOLD_MILLIS = 20;

  /** What is done with a reader. */
  @FunctionalInterface
  interface Reading<T> {
    T with(SqliteReader reader) throws SQLException;
  }

  private final LogFile file;
  private final SqliteWriter writer;
  private final LogPlace place;
  private final BlockingQueue<SqliteReader> readers = new ArrayBlockingQueue<>(READERS);

  /** One more, for what no page is to wait for. */
  private final BlockingQueue<SqliteReader> searchers = new ArrayBlockingQueue<>(1);

  /** Whether a page that was being read has kept the write-ahead log from beginning anew. */
  private boolean overdue;

  private LogConnections(LogFile file, SqliteWriter writer, LogPlace place) {
    this.file = file;
    this.writer = writer;
    this.place = place;
  }

  /**
   * Opens the file, and begins a new epoch in it.
   *
   * @param before the log as it was when this process had it open before; null the first time
   * @throws ForeignWriterException if another hub has opened it since
   */
  static LogConnections open(
      LogFile file,
      Retention retention,
      LogClock clock,
      TopicDirectory directory,
      @Nullable Head before)
      throws SQLException {
    SqliteWriter writer = SqliteWriter.open(file, retention, clock, directory, before);
    LogConnections opened;
    try {
      opened = new LogConnections(file, writer, new LogPlace(file.path()));
    } catch (IOException e) {
      writer.close();
      throw new SQLException("The file has gone: " + e.getMessage(), e);
    }
    try {
      for (int i = 0; i < READERS; i++) {
        opened.readers.add(new SqliteReader(file.openToRead()));
      }
      opened.searchers.add(new SqliteReader(file.openToRead()));
      return opened;
    } catch (SQLException | RuntimeException e) {
      opened.closeOpened();
      throw e;
    }
  }

  SqliteWriter writer() {
    return writer;
  }

  /** Where what is open lies. */
  LogPlace place() {
    return place;
  }

  /**
   * Reads with the next reader that is free. One that fails is closed, and another takes its place:
   * the driver ends a statement that has failed for good, and what made it fail may pass.
   *
   * @throws dev.outpour.update.RefusedException with status 503 if none becomes so in time
   */
  <T> T read(Reading<T> reading) throws SQLException {
    return read(readers, reading);
  }

  /**
   * Reads with a reader that pages are not read with; otherwise as {@link #read(Reading)}. For one
   * thread.
   */
  <T> T search(Reading<T> reading) throws SQLException {
    return read(searchers, reading);
  }

  private <T> T read(BlockingQueue<SqliteReader> from, Reading<T> reading) throws SQLException {
    SqliteReader reader = take(from);
    try {
      return reading.with(reader);
    } catch (SQLException e) {
      reader = another(reader);
      throw e;
    } finally {
      from.add(reader);
    }
  }

  /** A new reader, if there can be one; else the same. */
  private SqliteReader another(SqliteReader failed) {
    if (place.look() != LogPlace.State.WHOLE) {
      // By its name another file would be opened.
      return failed;
    }
    try {
      SqliteReader opened = new SqliteReader(file.openToRead());
      failed.close();
      return opened;
    } catch (SQLException e) {
      return failed;
    }
  }

  private static SqliteReader take(BlockingQueue<SqliteReader> from) {
    try {
      SqliteReader reader = from.poll(READER_SECONDS, TimeUnit.SECONDS);
      if (reader == null) {
        throw Refusal.unavailable("The log cannot be read now: try again later").asException();
      }
      return reader;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the log is in use", e);
    }
  }

  /**
   * Brings the write-ahead log into the file once it is long, so that the next commit begins it
   * anew in place. It is called by the writing thread after each commit.
   *
   * <p>The first pass does the work; in the second no page is being read. Readers whose
   * transactions overlap would keep the write-ahead log from ever beginning anew.
   *
   * @return whether all of it is in the file
   */
  boolean checkpointIfLong() throws SQLException {
    if ((!overdue && !writer.isLong()) || place.beforeWrite(writer) != LogPlace.State.WHOLE) {
      return false;
    }
    checkpoint();
    overdue = true;
    List<SqliteReader> held = new ArrayList<>();
    SqliteReader searcher = null;
    try {
      searcher = searchers.poll(HOLD_MILLIS, TimeUnit.MILLISECONDS);
      if (searcher == null) {
        return false;
      }
      while (held.size() < READERS) {
        SqliteReader reader = readers.poll(HOLD_MILLIS, TimeUnit.MILLISECONDS);
        if (reader == null) {
          return false;
        }
        held.add(reader);
      }
      checkpoint();
      overdue = false;
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      readers.addAll(held);
      if (searcher != null) {
        searchers.add(searcher);
      }
    }
  }

  private void checkpoint() throws SQLException {
    try {
      writer.checkpoint();
    } finally {
      place.afterCheckpoint(writer);
    }
  }

  /**
   * Closes all, once those that read have ended; unless the file has gone from its place. Then they
   * are left to the end of the process: SQLite, which closes the last, would remove what lies there
   * as write-ahead log by its name, and bring its own into a file that others have written.
   */
  @Override
  public void close() throws SQLException {
    if (place.look().isGone()) {
      return;
    }
    for (int i = 0; i < READERS; i++) {
      take(readers).close();
    }
    take(searchers).close();
    writer.close();
    forgetPlace();
  }

  private void forgetPlace() {
    try {
      place.close();
    } catch (IOException e) {
      log.debug("Nothing was written by it", e);
    }
  }

  private void closeOpened() throws SQLException {
    for (SqliteReader reader : readers) {
      reader.close();
    }
    for (SqliteReader searcher : searchers) {
      searcher.close();
    }
    writer.close();
    forgetPlace();
  }
}
