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
 * Brings most of the write-ahead log into the file on a thread of its own, while the writer goes
 * on.
 *
 * <p>From the beginning of a pass until the writer has {@linkplain #finish taken it in} no commit
 * begins the write-ahead log anew: a transaction that reads is kept open for that. So the writer
 * always knows of what it has to write first into a new one. All methods are for the log's writing
 * thread.
 */
public final class BulkCheckpoint implements AutoCloseable {

  private static final int INTERRUPT_MILLIS = 20;

  /** What does not end when it is interrupted hangs in the disk. */
  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** Where passes run. */
  @FunctionalInterface
  public interface Background {

    /**
     * Runs a pass.
     *
     * @param afterwards what is called on the log's writing thread then, unless the log was closed
     * @throws RejectedExecutionException if the log is being closed
     */
    void run(Runnable pass, Runnable afterwards);
  }

  private final Background background;
  private final Connection keeping;
  private final Connection copying;
  private final Statement keep;
  private final Statement copy;
  private @Nullable CompletableFuture<@Nullable Void> pass;

  public BulkCheckpoint(SqliteFile file, Background background) throws SQLException {
    this.background = background;
    this.keeping = file.openToRead();
    try {
      this.copying = file.openToCheckpoint();
    } catch (SQLException | RuntimeException e) {
      keeping.close();
      throw e;
    }
    try {
      this.keep = keeping.createStatement();
      this.copy = copying.createStatement();
    } catch (SQLException | RuntimeException e) {
      keeping.close();
      copying.close();
      throw e;
    }
  }

  /** Whether a pass has begun that was not taken in. */
  public boolean isUnderWay() {
    return pass != null;
  }

  /** Whether a pass can be taken in. */
  public boolean isDone() {
    return pass != null && pass.isDone();
  }

  /**
   * Begins a pass.
   *
   * @param afterwards what is called on the log's writing thread once it is done
   */
  public void begin(Runnable afterwards) throws SQLException {
    keep.execute("BEGIN");
    try {
      keep.executeQuery("SELECT last FROM log").close();
    } catch (SQLException e) {
      keep.execute("ROLLBACK");
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
   * Takes in a pass that is done: from here on the next commit may begin the write-ahead log anew.
   *
   * @throws SQLException what it failed with
   */
  public void finish() throws SQLException {
    CompletableFuture<@Nullable Void> done = pass;
    pass = null;
    keep.execute("ROLLBACK");
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

  /** Interrupts a pass, and closes. */
  @Override
  public void close() throws SQLException {
    if (pass != null) {
      end(pass);
    }
    copying.close();
    keeping.close();
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
