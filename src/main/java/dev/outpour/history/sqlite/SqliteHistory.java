package dev.outpour.history.sqlite;

import dev.outpour.history.History;
import dev.outpour.history.LogClock;
import dev.outpour.history.Retention;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.history.sqlite.file.OpenFailure;
import dev.outpour.history.sqlite.file.SqliteFile;
import dev.outpour.history.sqlite.read.PatternSearch;
import dev.outpour.history.sqlite.read.ReaderThreads;
import dev.outpour.history.sqlite.read.TopicSearch;
import dev.outpour.loop.Deadline;
import dev.outpour.settings.CannotStartException;
import dev.outpour.update.Batch;
import dev.outpour.update.Gap;
import dev.outpour.update.Interest;
import dev.outpour.update.Lineage;
import dev.outpour.update.LogHead;
import dev.outpour.update.Page;
import dev.outpour.update.Topic;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * A log in an SQLite file: durable, and readable for people with {@code sqlite3}.
 *
 * <p>An append is one transaction that is synced before its future succeeds. One thread writes, two
 * read, one searches by patterns, and one checks whether the file is still there; the caller's
 * event loop is never blocked. {@link SqliteRecovery} says what happens after a failure.
 */
public final class SqliteHistory implements History {

  private final SqliteFile file;
  private final SqliteRecovery recovery;
  private final LogThreads threads;
  private final ReaderThreads reading;
  private final PatternSearch patterns;
  private final TopicDirectory directory;
  private final TopicSearch topics;

  private SqliteHistory(
      SqliteFile file,
      SqliteRecovery recovery,
      LogThreads threads,
      ReaderThreads reading,
      PatternSearch patterns,
      TopicDirectory directory) {
    this.file = file;
    this.recovery = recovery;
    this.threads = threads;
    this.reading = reading;
    this.patterns = patterns;
    this.directory = directory;
    this.topics = new TopicSearch(reading, directory, recovery::head);
  }

  /**
   * Opens the log in a file, or creates it.
   *
   * @return fails with {@link CannotStartException} if the file is in use, damaged or inaccessible
   */
  public static Future<History> open(Vertx vertx, Path path, Retention retention) {
    return open(vertx, path, retention, 0);
  }

  /**
   * Opens the log in a file, or creates it.
   *
   * @param directoryTopics how many topics are kept in memory; 0 for as many as the heap allows
   * @return fails as {@link #open(Vertx, Path, Retention)}
   */
  public static Future<History> open(
      Vertx vertx, Path path, Retention retention, int directoryTopics) {
    TopicDirectory directory = new TopicDirectory(directoryTopics);
    return open(vertx, path, retention, LogClock.system(), directory, UnaryOperator.identity());
  }

  public static Future<History> open(Vertx vertx, Path path, Retention retention, LogClock clock) {
    TopicDirectory directory = new TopicDirectory(0);
    return open(vertx, path, retention, clock, directory, UnaryOperator.identity());
  }

  /**
   * Opens the log.
   *
   * @param directory an empty directory for its topics
   * @param wrapper wraps the connection that writes, so that tests can make it fail
   */
  public static Future<History> open(
      Vertx vertx,
      Path path,
      Retention retention,
      LogClock clock,
      TopicDirectory directory,
      UnaryOperator<Connection> wrapper) {
    String name = "outpour-log-" + UUID.randomUUID();
    LogThreads threads = LogThreads.of(vertx, name);
    return threads
        .writing()
        .<History>executeBlocking(
            () -> {
              SqliteFile file = SqliteFile.lock(path, wrapper);
              try {
                SqliteRecovery recovery =
                    new SqliteRecovery(file, retention, clock, directory, threads::checkpoint);
                ReaderThreads reading = new ReaderThreads(vertx, name, recovery::connections);
                PatternSearch patterns =
                    new PatternSearch(vertx, reading, directory, recovery::head);
                patterns.keepFilled();
                return new SqliteHistory(file, recovery, threads, reading, patterns, directory);
              } catch (RuntimeException e) {
                file.close();
                throw e;
              } catch (SQLException e) {
                file.close();
                throw OpenFailure.of(path, e);
              }
            })
        .onFailure(failure -> threads.close());
  }

  @Override
  public LogHead head() {
    return recovery.head();
  }

  @Override
  public Lineage lineage() {
    SqliteConnections open = recovery.connections();
    return open == null ? head().lineage() : open.writer().lineage();
  }

  @Override
  public Retained retained() {
    SqliteConnections open = recovery.connections();
    Retained retained = open == null ? new Retained(0, 0) : open.writer().retained();
    return retained.withDamaged(reading.damaged());
  }

  @Override
  public boolean isOverdue() {
    SqliteConnections open = recovery.connections();
    return open != null && open.writer().isOverdue();
  }

  @Override
  public Future<String> lost() {
    return recovery.lost();
  }

  @Override
  public Future<Optional<String>> inspect() {
    // Unordered: it must not wait for other work of the same context.
    return threads.watching().executeBlocking(recovery::inspect, false);
  }

  @Override
  public Future<Commit> append(List<Batch> group) {
    Promise<Commit> written = Promise.promise();
    threads
        .writing()
        .executeBlocking(
            () -> {
              append(group, written);
              return null;
            })
        .onFailure(written::tryFail);
    return written.future();
  }

  /** Completes the promise on this thread, whatever happens. */
  private void append(List<Batch> group, Promise<Commit> written) {
    Commit commit = null;
    try {
      commit = recovery.write(group);
    } catch (Throwable e) {
      written.tryFail(e);
    }
    if (commit != null) {
      written.tryComplete(commit);
    }
    patterns.keepFilled();
    recovery.tidyUp();
  }

  @Override
  public Future<Page> read(long after) {
    LogHead known = recovery.head();
    if (after >= known.last()) {
      return Future.succeededFuture(
          new Page(known.lineage(), known.earliest(), after, after, List.of()));
    }
    return reading.page(after, known);
  }

  @Override
  public Future<Long> beforeNewest(int count, Interest interest, Deadline deadline) {
    return interest.patterns().isEmpty()
        ? topics.beforeNewest(count, interest.topics(), deadline)
        : patterns.beforeNewest(count, interest, deadline);
  }

  @Override
  public Future<Gap> seek(long after, Interest interest, Deadline deadline) {
    return interest.patterns().isEmpty()
        ? topics.seek(after, interest.topics(), deadline)
        : patterns.seek(after, interest, deadline);
  }

  @Override
  public Future<Map<Topic, Long>> ended(Set<Topic> asked) {
    return topics.ended(asked);
  }

  @Override
  public long newestRemoved(Set<Topic> asked) {
    return directory.newestRemoved(asked);
  }

  @Override
  public Future<Void> close() {
    return threads
        .writing()
        .executeBlocking(
            () -> {
              recovery.close();
              file.close();
              return (Void) null;
            })
        .eventually(() -> threads.close())
        .eventually(() -> reading.close());
  }
}
