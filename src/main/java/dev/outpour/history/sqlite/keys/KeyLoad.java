package dev.outpour.history.sqlite.keys;

import dev.outpour.history.index.KeyIndex;
import dev.outpour.history.index.KeyPartitions.Partition;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the keys that a log holds into memory, by a connection and a thread of its own, while the
 * log serves all that needs no keys.
 *
 * <p>The tables it reads have to stay as they are until it has ended. It gives up a row after
 * {@link #close}, which waits for that.
 */
public final class KeyLoad implements AutoCloseable {

  /** Opens a connection that reads. */
  @FunctionalInterface
  public interface Source {
    Connection open() throws SQLException;
  }

  /**
   * How keys are read.
   *
   * @param patienceMillis how long an opening log waits for them, before it goes on without
   */
  public record Plan(Source source, long patienceMillis) {}

  /**
   * What was read.
   *
   * @param index where each key lies
   * @param partitions the tables, oldest first
   */
  record Loaded(KeyIndex index, List<Partition> partitions) {}

  private final CompletableFuture<Loaded> loaded = new CompletableFuture<>();
  private final Source source;
  private final List<KeyRows.Present> tables;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * Begins.
   *
   * @param tables those that are not empty, oldest first
   */
  KeyLoad(Source source, List<KeyRows.Present> tables) {
    this.source = source;
    this.tables = tables;
    this.thread = new Thread(this::run, "outpour-log-keys");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try (Connection connection = source.open()) {
      loaded.complete(load(connection));
    } catch (Throwable e) {
      // Also if memory is not enough: whoever waits is told.
      loaded.completeExceptionally(e);
    }
  }

  private Loaded load(Connection connection) throws SQLException {
    KeyIndex index = new KeyIndex();
    List<Partition> partitions = new ArrayList<>();
    if (!tables.isEmpty()) {
      long lowest = tables.get(0).first();
      index.expect(tables.get(tables.size() - 1).next() - lowest);
      index.forgetBelow(lowest);
    }
    for (KeyRows.Present table : tables) {
      partitions.add(KeyRows.load(connection, table, index, () -> closed));
    }
    return new Loaded(index, partitions);
  }

  /**
   * What was read; null if that takes longer.
   *
   * @param millis how long to wait for it
   * @throws SQLException if it could not be read
   */
  @Nullable Loaded await(long millis) throws SQLException {
    try {
      return loaded.get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof SQLException sql
          ? sql
          : new SQLException("The log's keys cannot be read", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the log's keys are read", e);
    }
  }

  /** Whether it has ended, however. */
  boolean isDone() {
    return loaded.isDone();
  }

  /** Ends it, and waits for that. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
