package dev.outpour.history;

import dev.outpour.settings.CannotStartException;
import dev.outpour.update.Batch;
import dev.outpour.update.Head;
import dev.outpour.update.Interest;
import dev.outpour.update.Page;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Topic;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteException;

/**
 * A log in a file of SQLite: durable, and readable with {@code sqlite3} by a person.
 *
 * <p>An append is one transaction that is synced before its future succeeds. One thread writes, two
 * read; the event loop that asks is never blocked. Where the file can no longer be trusted after a
 * failure, every connection to it is closed and it is opened anew, from what it then holds.
 */
public final class SqliteHistory implements History {

  private static final Logger log = LoggerFactory.getLogger(SqliteHistory.class);
  private static final int READERS = 2;
  private static final int READER_SECONDS = 5;

  private final LogFile file;
  private final Retention retention;
  private final LogClock clock;
  private final WorkerExecutor writing;
  private final WorkerExecutor reading;
  private final BlockingQueue<SqliteReader> readers = new ArrayBlockingQueue<>(READERS);

  /** Null while the file could not be opened again after a failure. */
  private @Nullable SqliteWriter writer;

  private int openReaders;
  private volatile Head head;

  private SqliteHistory(
      LogFile file,
      Retention retention,
      LogClock clock,
      WorkerExecutor writing,
      WorkerExecutor reading)
      throws SQLException {
    this.file = file;
    this.retention = retention;
    this.clock = clock;
    this.writing = writing;
    this.reading = reading;
    this.head = reopen().head();
  }

  /**
   * Opens the log in a file, or makes one.
   *
   * @return fails with {@link CannotStartException} if the file is in use, damaged or out of reach
   */
  public static Future<History> open(Vertx vertx, Path path, Retention retention) {
    return open(vertx, path, retention, LogClock.system());
  }

  static Future<History> open(Vertx vertx, Path path, Retention retention, LogClock clock) {
    String name = "outpour-log-" + UUID.randomUUID();
    WorkerExecutor writing = vertx.createSharedWorkerExecutor(name + "-writer", 1);
    WorkerExecutor reading = vertx.createSharedWorkerExecutor(name + "-reader", READERS);
    return writing
        .<History>executeBlocking(
            () -> {
              LogFile file = LogFile.lock(path);
              try {
                return new SqliteHistory(file, retention, clock, writing, reading);
              } catch (RuntimeException e) {
                file.close();
                throw e;
              } catch (SQLException e) {
                file.close();
                throw new CannotStartException(
                    "The log in "
                        + path
                        + " cannot be opened ("
                        + e.getMessage()
                        + "): restore it from a backup, or set history.path",
                    e);
              }
            })
        .onFailure(
            failure -> {
              writing.close();
              reading.close();
            });
  }

  @Override
  public Head head() {
    return head;
  }

  @Override
  public Future<Commit> append(List<Batch> group) {
    return writing.executeBlocking(() -> write(group)).onSuccess(commit -> tidyUp());
  }

  private Commit write(List<Batch> group) {
    SqliteWriter open = writer == null ? openAgain() : writer;
    if (open == null) {
      throw unavailable();
    }
    try {
      Commit commit = open.append(group);
      head = open.head();
      return commit;
    } catch (SQLException e) {
      log.error("The log could not be written: {}", e.getMessage());
      if (isPassing(e)) {
        open.rollback();
        throw unavailable();
      }
      openAgain();
      // A sync has failed, perhaps: the group may be found in the file all the same.
      throw Refusal.indeterminate().asException();
    }
  }

  /**
   * After such a failure nothing is sure but what the file holds when it is opened anew.
   *
   * @return null if that cannot be done now
   */
  private @Nullable SqliteWriter openAgain() {
    try {
      closeAll();
      return reopen();
    } catch (SQLException e) {
      log.error("The log could not be opened again, the next publish tries: {}", e.getMessage());
      return null;
    }
  }

  private static RefusedException unavailable() {
    return Refusal.unavailable("The log cannot be written now: try again later").asException();
  }

  /** After the answer: nobody waits for the write-ahead log. */
  private void tidyUp() {
    writing
        .executeBlocking(
            () -> {
              if (writer != null) {
                writer.checkpointIfLong();
              }
              return (Void) null;
            })
        .onFailure(failure -> log.warn("The log could not be tidied up: {}", failure.getMessage()));
  }

  private void closeAll() throws SQLException {
    if (writer != null) {
      SqliteWriter last = writer;
      writer = null;
      last.close();
    }
    for (; openReaders > 0; openReaders--) {
      takeReader().close();
    }
  }

  private SqliteWriter reopen() throws SQLException {
    SqliteWriter opened = SqliteWriter.open(file, retention, clock);
    writer = opened;
    for (; openReaders < READERS; openReaders++) {
      readers.add(new SqliteReader(file.openToRead()));
    }
    head = opened.head();
    return opened;
  }

  /** A full disk leaves the file as it was; so does one that cannot be written. */
  private static boolean isPassing(SQLException failure) {
    return failure instanceof SQLiteException sqlite
        && switch (sqlite.getResultCode()) {
          case SQLITE_FULL, SQLITE_READONLY, SQLITE_BUSY -> true;
          default -> false;
        };
  }

  private SqliteReader takeReader() {
    try {
      SqliteReader reader = readers.poll(READER_SECONDS, TimeUnit.SECONDS);
      if (reader == null) {
        throw Refusal.unavailable("The log cannot be read now: try again later").asException();
      }
      return reader;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the log is in use", e);
    }
  }

  @Override
  public Future<Page> read(long after) {
    Head known = head;
    if (after >= known.last()) {
      return Future.succeededFuture(
          new Page(known.lineage(), known.earliest(), after, after, List.of()));
    }
    return withReader(reader -> reader.page(after, known.lineage()));
  }

  @Override
  public Future<Long> beforeNewest(int count, Interest interest) {
    Head known = head;
    return withReader(
        reader -> {
          long oldest = reader.oldestOfNewest(count, interest);
          return oldest < 0 ? known.earliest() - 1 : oldest - 1;
        });
  }

  @Override
  public Future<Map<Topic, Long>> ended(Set<Topic> topics) {
    return head.hasEnds()
        ? withReader(reader -> reader.ended(topics))
        : Future.succeededFuture(Map.of());
  }

  /** What is read from the file. */
  private interface Reading<T> {
    T from(SqliteReader reader) throws SQLException;
  }

  private <T> Future<T> withReader(Reading<T> reading) {
    return this.reading.executeBlocking(
        () -> {
          SqliteReader reader = takeReader();
          try {
            return reading.from(reader);
          } finally {
            readers.add(reader);
          }
        },
        false);
  }

  @Override
  public Future<Void> close() {
    return writing
        .executeBlocking(
            () -> {
              closeAll();
              file.close();
              return (Void) null;
            })
        .eventually(() -> writing.close())
        .eventually(() -> reading.close());
  }
}
