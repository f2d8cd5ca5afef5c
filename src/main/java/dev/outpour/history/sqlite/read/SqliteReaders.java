package dev.outpour.history.sqlite.read;

import dev.outpour.history.sqlite.file.SqliteFile;
import dev.outpour.update.Refusal;
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
 * Some connections that read the log's file, each lent to one thread at a time.
 *
 * <p>{@link #read} may be called from any thread, the rest by the log's writing thread alone.
 * Methods block.
 */
public final class SqliteReaders implements AutoCloseable {

  /** How long a page waits for a connection. */
  private static final int WAIT_MILLIS = 5_000;

  /** How often those that read are interrupted: one may be between two statements just then. */
  private static final int INTERRUPT_MILLIS = 20;

  /** As long as a question may take twice over: what does not end then hangs in the disk. */
  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final SqliteFile file;
  private final BooleanSupplier inPlace;
  private final int count;
  private final BlockingQueue<SqliteReader> idle;
  private final Set<SqliteReader> open = ConcurrentHashMap.newKeySet();
  private final List<SqliteReader> held = new ArrayList<>();
  private volatile boolean closing;

  /**
   * Has none until it is {@linkplain #open opened}.
   *
   * @param inPlace whether another can be opened by the file's name
   */
  public SqliteReaders(SqliteFile file, BooleanSupplier inPlace, int count) {
    this.file = file;
    this.inPlace = inPlace;
    this.count = count;
    this.idle = new ArrayBlockingQueue<>(count);
  }

  public void open() throws SQLException {
    while (open.size() < count) {
      idle.add(another());
    }
  }

  private SqliteReader another() throws SQLException {
    SqliteReader reader = new SqliteReader(file.openToRead());
    open.add(reader);
    return reader;
  }

  /**
   * Reads with the next connection that is free. One that fails is closed, and another takes its
   * place: the driver ends a statement that has failed for good, and what made it fail may pass.
   *
   * @throws dev.outpour.update.RefusedException with status 503 if none becomes free in time, or
   *     all are being closed
   */
  public <T> T read(OpenReaders.Reading<T> reading) throws SQLException {
    SqliteReader reader = poll(WAIT_MILLIS);
    if (reader == null) {
      throw away();
    }
    try {
      return reading.with(reader);
    } catch (SQLException e) {
      if (closing) {
        // It was interrupted.
        throw away();
      }
      reader = insteadOf(reader);
      throw e;
    } finally {
      idle.add(reader);
    }
  }

  private static RuntimeException away() {
    return Refusal.unavailable("The log cannot be read now: try again later").asException();
  }

  /** A new one, if there can be one; else the same. */
  private SqliteReader insteadOf(SqliteReader failed) {
    if (!inPlace.getAsBoolean()) {
      // By its name another file would be opened.
      return failed;
    }
    try {
      SqliteReader opened = another();
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
   * Takes all, so that nobody reads.
   *
   * @param millis how long to wait for each
   * @return whether none is being read with; they are to be {@linkplain #release released} anyway
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

  /** Gives back what was taken. */
  public void release() {
    idle.addAll(held);
    held.clear();
  }

  /**
   * Closes all, those that read as well: what they read is interrupted, and fails as unavailable.
   */
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
        throw new SQLException("What is read of the log's file does not end");
      } else {
        open.forEach(SqliteReader::interrupt);
      }
    }
  }
}
