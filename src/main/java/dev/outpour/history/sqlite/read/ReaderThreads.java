package dev.outpour.history.sqlite.read;

import dev.outpour.update.LogHead;
import dev.outpour.update.Page;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that read a log's file: some for pages and exact topics, one for searches that pages
 * must not wait for. Thread-safe; futures complete on the caller's context.
 */
public final class ReaderThreads {

  private static final Logger log = LoggerFactory.getLogger(ReaderThreads.class);

  private static final int MOST_LOGGED = 100;

  private final Supplier<@Nullable OpenReaders> connections;
  private final WorkerExecutor reading;
  private final WorkerExecutor searching;

  private final Damage damage = new Damage(System::nanoTime);

  /** Messages of failures that were logged already. */
  private final Set<String> loggedFailures = ConcurrentHashMap.newKeySet();

  /**
   * Creates the threads.
   *
   * @param name a prefix for their names
   * @param connections the open connections; null while there are none
   */
  public ReaderThreads(Vertx vertx, String name, Supplier<@Nullable OpenReaders> connections) {
    this.connections = connections;
    this.reading = vertx.createSharedWorkerExecutor(name + "-reader", OpenReaders.PAGE_READERS);
    this.searching = vertx.createSharedWorkerExecutor(name + "-search", 1);
  }

  /**
   * Reads the page with the next update after a sequence number.
   *
   * @param after less than the head
   */
  public Future<Page> page(long after, LogHead head) {
    return begin(reading, () -> answer(open -> damage.page(open, after, head)));
  }

  /** How many unreadable updates were found. */
  public long damaged() {
    return damage.count();
  }

  /** Runs a read that takes no longer than that of a page. */
  public <T> Future<T> read(OpenReaders.Reading<T> what) {
    return begin(reading, () -> answer(open -> open.read(what)));
  }

  /** Runs a read that may take longer; one at a time. */
  <T> Future<T> search(OpenReaders.Reading<T> what) {
    return begin(searching, () -> answer(open -> open.search(what)));
  }

  private static <T> Future<T> begin(WorkerExecutor threads, Callable<T> what) {
    try {
      return threads.executeBlocking(what, false);
    } catch (RejectedExecutionException e) {
      return Future.failedFuture(SqliteReaders.unavailable());
    }
  }

  /** Answers a question with the open connections. */
  @FunctionalInterface
  private interface Answer<T> {
    T from(OpenReaders open) throws SQLException;
  }

  private <T> T answer(Answer<T> what) throws SQLException {
    OpenReaders open = connections.get();
    if (open == null) {
      throw SqliteReaders.unavailable();
    }
    try {
      return what.from(open);
    } catch (SQLException e) {
      logOnce(e);
      throw e;
    }
  }

  /** Logs each failure once, although many subscribers may meet it again and again. */
  private void logOnce(SQLException failure) {
    String what = String.valueOf(failure.getMessage());
    if (loggedFailures.size() < MOST_LOGGED && loggedFailures.add(what)) {
      log.error("A part of the log cannot be read, its subscribers wait: {}", what);
    }
  }

  /** Stops the threads. */
  public Future<Void> close() {
    return reading.close().eventually(searching::close);
  }
}
