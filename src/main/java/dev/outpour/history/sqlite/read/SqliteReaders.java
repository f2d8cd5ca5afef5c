package dev.outpour.history.sqlite.read;

import dev.outpour.history.sqlite.file.SqliteFile;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A pool of connections that read the log's file.
 *
 * <p>{@link #read} may be called from any thread; all other methods are for the log's writing
 * thread. Methods block.
 */
public final class SqliteReaders implements AutoCloseable {

  /** How long a page waits for a connection. */
  private static final int WAIT_MILLIS = 5_000;

  /** How often reads are interrupted: one may be between two statements at that moment. */
  private static final int INTERRUPT_MILLIS = 20;

  /** Twice as long as a question may take: a read that takes longer hangs in the disk. */
  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final SqliteFile file;
  private final BooleanSupplier inPlace;
  private final int count;
  private final BlockingQueue<SqliteReader> idle;
  private final Set<SqliteReader> open = ConcurrentHashMap.newKeySet();
  private final List<SqliteReader> held = new ArrayList<>();
  private volatile boolean closing;

  /**
   * Creates a pool without connections; {@link #open} opens them.
   *
   * @param inPlace whether the file's name still leads to the open file
   */
  public SqliteReaders(SqliteFile file, BooleanSupplier inPlace, int count) {
    this.file = file;
    this.inPlace = inPlace;
    this.count = count;
    this.idle = new ArrayBlockingQueue<>(count);
  }

  public void open() throws SQLException {
    while (open.size() < count) {
      idle.add(openReader());
    }
  }

  private SqliteReader openReader() throws SQLException {
    SqliteReader reader = new SqliteReader(file.openToRead());
    open.add(reader);
    return reader;
  }

  /**
   * Reads with the next free connection. A connection whose read fails is replaced, since the
   * driver closes a failed statement for good while the cause may pass.
   *
   * @throws dev.outpour.update.RefusedException with status 503 if no connection becomes free in
   *     time, or the pool is being closed
   */
  public <T> T read(OpenReaders.Reading<T> reading) throws SQLException {
    SqliteReader reader = poll(WAIT_MILLIS);
    if (reader == null) {
      throw unavailable();
    }
    try {
      return reading.with(reader);
    } catch (SQLException e) {
      if (closing) {
        // The read was interrupted.
        throw unavailable();
      }
      reader = replacement(reader);
      throw e;
    } finally {
      idle.add(reader);
    }
  }

  static RefusedException unavailable() {
    return Refusal.unavailable("The log cannot be read now: try again later").asException();
  }

  /** A new connection if one can be opened, else the failed one. */
  private SqliteReader replacement(SqliteReader failed) {
    if (!inPlace.getAsBoolean()) {
      // The name leads to another file.
      return failed;
    }
    try {
      SqliteReader opened = openReader();
      open.remove(failed);
      failed.close();
      return opened;
    } catch (SQLException e) {
      return failed;
    }
  }

  private @Nullable SqliteReader poll(int millis) {
    try {
      return idle.poll(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /**
   * Takes all connections, so that nobody reads. Call {@link #release} afterwards in any case.
   *
   * @param millis how long to wait for each
   * @return whether all were taken
   */
  public boolean hold(int millis) {
    while (held.size() < count) {
      SqliteReader reader = poll(millis);
      if (reader == null) {
        return false;
      }
      held.add(reader);
    }
    return true;
  }

  /** Returns the connections that were taken. */
  public void release() {
    idle.addAll(held);
    held.clear();
  }

  /** Closes all connections. Running reads are interrupted and fail as unavailable. */
  @Override
  public void close() throws SQLException {
    closing = true;
    long begun = System.nanoTime();
    while (!open.isEmpty()) {
      SqliteReader reader = poll(INTERRUPT_MILLIS);
      if (reader != null) {
        open.remove(reader);
        reader.close();
      } else if (Thread.currentThread().isInterrupted()
          || System.nanoTime() - begun > CLOSE_NANOS) {
        throw new SQLException("A read of the log's file does not end");
      } else {
        open.forEach(SqliteReader::interrupt);
      }
    }
  }
}
