package dev.outpour.history.sqlite.read;

import dev.outpour.update.LogHead;
import dev.outpour.update.Page;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
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
 * The threads that read a log's file: some for pages and exact topics, and one more for what no
 * page is to wait for. It may be used from any thread; futures complete on the caller's context.
 */
public final class ReaderThreads {

  private static final Logger log = LoggerFactory.getLogger(ReaderThreads.class);

  private static final int MOST_COMPLAINTS = 100;

  private final Supplier<@Nullable OpenReaders> connections;
  private final WorkerExecutor reading;
  private final WorkerExecutor searching;

  private final Damage damage = new Damage(System::nanoTime);

  /** What was said already of what could not be read. */
  private final Set<String> complaints = ConcurrentHashMap.newKeySet();

  /**
   * Begins with nothing to do.
   *
   * @param name of the threads
   * @param connections those that are open; null while none are
   */
  public ReaderThreads(Vertx vertx, String name, Supplier<@Nullable OpenReaders> connections) {
    this.connections = connections;
    this.reading = vertx.createSharedWorkerExecutor(name + "-reader", OpenReaders.PAGES_AT_ONCE);
    this.searching = vertx.createSharedWorkerExecutor(name + "-search", 1);
  }

  /**
   * Reads the page with what comes next after a number.
   *
   * @param after less than the log's head
   */
  public Future<Page> page(long after, LogHead known) {
    return begin(reading, () -> answer(open -> damage.page(open, after, known)));
  }

  /** How many updates were found damaged. */
  public long damaged() {
    return damage.count();
  }

  /** Reads a page, or what else is found in the time of a page. */
  public <T> Future<T> read(OpenReaders.Reading<T> what) {
    return begin(reading, () -> answer(open -> open.read(what)));
  }

  /** Reads what may take longer, one after the other. */
  <T> Future<T> search(OpenReaders.Reading<T> what) {
    return begin(searching, () -> answer(open -> open.search(what)));
  }

  private static <T> Future<T> begin(WorkerExecutor threads, Callable<T> what) {
    try {
      return threads.executeBlocking(what, false);
    } catch (RejectedExecutionException e) {
      return Future.failedFuture(away());
    }
  }

  private static RefusedException away() {
    return Refusal.unavailable("The log cannot be read now: try again later").asException();
  }

  /** What connections do that are open. */
  @FunctionalInterface
  private interface Answer<T> {
    T from(OpenReaders open) throws SQLException;
  }

  private <T> T answer(Answer<T> what) throws SQLException {
    OpenReaders open = connections.get();
    if (open == null) {
      throw away();
    }
    try {
      return what.from(open);
    } catch (SQLException e) {
      complain(e);
      throw e;
    }
  }

  /** One line for what many readers come upon again and again. */
  private void complain(SQLException failure) {
    String what = String.valueOf(failure.getMessage());
    if (complaints.size() < MOST_COMPLAINTS && complaints.add(what)) {
      log.error("The log cannot be read here, its readers wait: {}", what);
    }
  }

  /** Ends the threads. */
  public Future<Void> close() {
    return reading.close().eventually(searching::close);
  }
}
