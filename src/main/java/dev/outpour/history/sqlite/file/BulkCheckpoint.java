package dev.outpour.history.sqlite.file;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

/**
 * Copies most of the write-ahead log into the file on another thread, while the writer continues.
 *
 * <p>From the beginning of a pass until the writer {@linkplain #finish finishes} it, no commit
 * restarts the write-ahead log: an open read transaction prevents that. So the writer always knows
 * when it must write a new mark into a restarted one. All methods are for the log's writing thread.
 */
public final class BulkCheckpoint implements AutoCloseable {

  private static final int INTERRUPT_MILLIS = 20;

  /** A pass that does not end after this long, although interrupted, hangs in the disk. */
  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** Runs passes. */
  @FunctionalInterface
  public interface Background {

    /**
     * Runs a pass.
     *
     * @param afterwards runs on the log's writing thread then, unless the log was closed
     * @throws RejectedExecutionException if the log is being closed
     */
    void run(Runnable pass, Runnable afterwards);
  }

  private final Background background;
  private final Connection reading;
  private final Connection copying;
  private final Statement read;
  private final Statement copy;
  private @Nullable CompletableFuture<@Nullable Void> pass;

  public BulkCheckpoint(SqliteFile file, Background background) throws SQLException {
    this.background = background;
    this.reading = file.openToRead();
    try {
      this.copying = file.openToCheckpoint();
    } catch (SQLException | RuntimeException e) {
      reading.close();
      throw e;
    }
    try {
      this.read = reading.createStatement();
      this.copy = copying.createStatement();
    } catch (SQLException | RuntimeException e) {
      reading.close();
      copying.close();
      throw e;
    }
  }

  /** Whether a pass has begun and is not finished. */
  public boolean isUnderWay() {
    return pass != null;
  }

  /** Whether a pass can be finished. */
  public boolean isDone() {
    return pass != null && pass.isDone();
  }

  /**
   * Begins a pass.
   *
   * @param afterwards runs on the log's writing thread once the pass is done
   */
  public void begin(Runnable afterwards) throws SQLException {
    read.execute("BEGIN");
    try {
      read.executeQuery("SELECT last FROM log").close();
    } catch (SQLException e) {
      read.execute("ROLLBACK");
      throw e;
    }
    CompletableFuture<@Nullable Void> begun = new CompletableFuture<>();
    pass = begun;
    try {
      background.run(() -> run(begun), afterwards);
    } catch (RejectedExecutionException e) {
      begun.complete(null);
    }
  }

  private void run(CompletableFuture<@Nullable Void> begun) {
    try {
      copy.executeQuery("PRAGMA wal_checkpoint(PASSIVE)").close();
      begun.complete(null);
    } catch (Throwable e) {
      begun.completeExceptionally(e);
    }
  }

  /**
   * Finishes a pass that is done. From here on a commit may restart the write-ahead log.
   *
   * @throws SQLException if the pass failed
   */
  public void finish() throws SQLException {
    CompletableFuture<@Nullable Void> done = pass;
    pass = null;
    read.execute("ROLLBACK");
    try {
      if (done != null) {
        done.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SQLException failure) {
        throw failure;
      }
      throw new SQLException("A checkpoint failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Interrupts a running pass and closes the connections. */
  @Override
  public void close() throws SQLException {
    if (pass != null) {
      end(pass);
    }
    copying.close();
    reading.close();
  }

  private void end(CompletableFuture<@Nullable Void> running) throws SQLException {
    long begun = System.nanoTime();
    while (!running.isDone()) {
      copying.unwrap(SQLiteConnection.class).getDatabase().interrupt();
      try {
        running.get(INTERRUPT_MILLIS, TimeUnit.MILLISECONDS);
      } catch (ExecutionException e) {
        return;
      } catch (TimeoutException e) {
        if (System.nanoTime() - begun > CLOSE_NANOS) {
          throw new SQLException("A checkpoint does not end", e);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SQLException("Interrupted during a checkpoint", e);
      }
    }
  }
}
