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
 * Reads the idempotency keys of a log into memory, with its own connection and thread. Meanwhile
 * the log serves everything that needs no keys.
 *
 * <p>The tables must not change until it is done. {@link #close} stops it after the current row and
 * waits for that.
 */
public final class KeyLoad implements AutoCloseable {

  /** Opens a connection that reads. */
  @FunctionalInterface
  public interface Source {
    Connection open() throws SQLException;
  }

  /**
   * How to read keys.
   *
   * @param waitMillis how long opening a log waits for the keys before it continues without
   */
  public record Plan(Source source, long waitMillis) {}

  /**
   * The keys that were read.
   *
   * @param index finds the number of each key
   * @param partitions the tables, oldest first
   */
  record Loaded(KeyIndex index, List<Partition> partitions) {}

  private final CompletableFuture<Loaded> loaded = new CompletableFuture<>();
  private final Source source;
  private final List<KeyRows.Present> tables;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * Begins to read.
   *
   * @param tables the tables that are not empty, oldest first
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
      // Including OutOfMemoryError, so that a waiting thread learns of it.
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
   * The keys that were read; null if that takes longer.
   *
   * @param millis how long to wait
   * @throws SQLException if the keys could not be read
   */
  @Nullable Loaded await(long millis) throws SQLException {
    try {
      return loaded.get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof SQLException sql
          ? sql
          : new SQLException("The idempotency keys cannot be read", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while reading the idempotency keys", e);
    }
  }

  /** Whether it has ended, with success or not. */
  boolean isDone() {
    return loaded.isDone();
  }

  /** Stops reading, and waits for that. */
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
