package dev.outpour.history;

import dev.outpour.settings.CannotStartException;
import dev.outpour.update.Batch;
import dev.outpour.update.Gap;
import dev.outpour.update.Head;
import dev.outpour.update.Interest;
import dev.outpour.update.Page;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Topic;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log in a file of SQLite: durable, and readable with {@code sqlite3} by a person.
 *
 * <p>An append is one transaction that is synced before its future succeeds. One thread writes, two
 * read; the event loop that asks is never blocked. Where the file can no longer be trusted after a
 * failure, every connection to it is closed and it is opened anew, from what it then holds; if that
 * fails as well, or the next append does, the log is {@link #lost}.
 */
public final class SqliteHistory implements History {

  private static final Logger log = LoggerFactory.getLogger(SqliteHistory.class);

  private static final int MOST_COMPLAINTS = 100;

  private final LogFile file;
  private final Retention retention;
  private final LogClock clock;
  private final WorkerExecutor writing;
  private final WorkerExecutor reading;
  private final Promise<String> lost = Promise.promise();

  /** What was said already of what could not be read. */
  private final Set<String> complaints = ConcurrentHashMap.newKeySet();

  /** Null once the log is lost or closed. */
  private volatile @Nullable LogConnections connections;

  private volatile Head head;

  /** Whether the last thing that was written failed; known to the writing thread. */
  private @Nullable DiskFault trouble;

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
    LogConnections opened = LogConnections.open(file, retention, clock);
    this.connections = opened;
    this.head = opened.writer().head();
    clock.begin().ifPresent(log::warn);
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
    WorkerExecutor reading =
        vertx.createSharedWorkerExecutor(name + "-reader", LogConnections.READERS);
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
  public Retained retained() {
    LogConnections open = connections;
    return open == null ? new Retained(0, 0) : open.writer().retained();
  }

  @Override
  public Future<String> lost() {
    return lost.future();
  }

  @Override
  public Future<Commit> append(List<Batch> group) {
    Promise<Commit> written = Promise.promise();
    writing.executeBlocking(
        () -> {
          try {
            written.complete(write(group));
          } catch (RuntimeException e) {
            written.fail(e);
          }
          tidyUp();
          return null;
        });
    return written.future();
  }

  private Commit write(List<Batch> group) {
    LogConnections open = connections;
    if (open == null) {
      throw unavailable();
    }
    try {
      if (trouble == DiskFault.PASSING
          && group.stream().allMatch(batch -> batch.drafts().isEmpty())) {
        // What stores nothing succeeds on a full disk, too, and would say that it has room.
        open.writer().touch();
      }
      Commit commit = open.writer().append(group);
      head = open.writer().head();
      if (trouble != null) {
        log.info("The log is written again");
        trouble = null;
      }
      return commit;
    } catch (SQLException e) {
      if (DiskFault.of(e) == DiskFault.PASSING) {
        open.writer().rollback();
        pass(e);
        throw unavailable();
      }
      openAgain(e);
      // A sync has failed, perhaps: the group may be found in the file all the same.
      throw Refusal.indeterminate().asException();
    }
  }

  /** One line for a disk that is full for hours. */
  private void pass(SQLException failure) {
    if (trouble == null) {
      log.error("The log cannot be written, publishes are refused: {}", failure.getMessage());
      trouble = DiskFault.PASSING;
    }
  }

  /** Goes on with what the file holds when it is opened anew; but not twice in a row. */
  private void openAgain(SQLException failure) {
    log.error("The log could not be written, opening its file anew: {}", failure.getMessage());
    boolean again = trouble == DiskFault.SERIOUS;
    trouble = DiskFault.SERIOUS;
    try {
      closeAll();
      if (again) {
        lose(failure);
        return;
      }
      LogConnections opened = LogConnections.open(file, retention, clock);
      connections = opened;
      head = opened.writer().head();
    } catch (SQLException | RuntimeException e) {
      lose(e);
    }
  }

  private void lose(Exception failure) {
    lost.tryComplete(
        "The log's file failed twice in a row and is not used any more ("
            + failure.getMessage()
            + "): look after the disk, then start again");
  }

  private static RefusedException unavailable() {
    return Refusal.unavailable("The log cannot be written now: try again later").asException();
  }

  /** After the answer: nobody waits for the write-ahead log. */
  private void tidyUp() {
    try {
      checkpoint();
    } catch (RuntimeException e) {
      log.warn("The log could not be tidied up: {}", e.getMessage());
    }
  }

  private void checkpoint() {
    LogConnections open = connections;
    if (open == null) {
      return;
    }
    try {
      open.checkpointIfLong();
    } catch (SQLException e) {
      // What it has not brought into the file stays in the write-ahead log.
      if (DiskFault.of(e) == DiskFault.PASSING) {
        pass(e);
      } else {
        openAgain(e);
      }
    }
  }

  private void closeAll() throws SQLException {
    LogConnections open = connections;
    connections = null;
    if (open != null) {
      open.close();
    }
  }

  private <T> Future<T> read(LogConnections.Reading<T> what) {
    return reading.executeBlocking(
        () -> {
          LogConnections open = connections;
          if (open == null) {
            throw Refusal.unavailable("The log cannot be read now: try again later").asException();
          }
          try {
            return open.read(what);
          } catch (SQLException e) {
            complain(e);
            throw e;
          }
        },
        false);
  }

  /** One line for what many readers come upon again and again. */
  private void complain(SQLException failure) {
    String what = String.valueOf(failure.getMessage());
    if (complaints.size() < MOST_COMPLAINTS && complaints.add(what)) {
      log.error("The log cannot be read here, its readers wait: {}", what);
    }
  }

  @Override
  public Future<Page> read(long after) {
    Head known = head;
    if (after >= known.last()) {
      return Future.succeededFuture(
          new Page(known.lineage(), known.earliest(), after, after, List.of()));
    }
    return read(reader -> reader.page(after, known.lineage()));
  }

  @Override
  public Future<Long> beforeNewest(int count, Interest interest) {
    return read(reader -> reader.beforeNewest(count, interest));
  }

  @Override
  public Future<Gap> seek(long after, Set<Topic> topics) {
    return read(reader -> reader.seek(after, topics));
  }

  @Override
  public Future<Map<Topic, Long>> ended(Set<Topic> topics) {
    return head.hasEnds() ? read(reader -> reader.ended(topics)) : Future.succeededFuture(Map.of());
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
