package dev.outpour.history.sqlite;

import dev.outpour.history.History;
import dev.outpour.history.LogClock;
import dev.outpour.history.Retention;
import dev.outpour.history.index.NewestUpdates;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.history.sqlite.file.OpenFailure;
import dev.outpour.history.sqlite.file.SqliteFile;
import dev.outpour.history.sqlite.read.PatternSearch;
import dev.outpour.history.sqlite.read.ReaderThreads;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * A log in a file of SQLite: durable, and readable with {@code sqlite3} by a person.
 *
 * <p>An append is one transaction that is synced before its future succeeds. One thread writes, two
 * read, one searches by patterns, and one looks whether the file is still there; the event loop
 * that asks is never blocked. What happens after a failure is said by {@link SqliteRecovery}.
 */
public final class SqliteHistory implements History {

  private final SqliteFile file;
  private final SqliteRecovery keeper;
  private final LogThreads threads;
  private final ReaderThreads reading;
  private final PatternSearch search;
  private final TopicDirectory directory;

  private SqliteHistory(
      SqliteFile file,
      SqliteRecovery keeper,
      LogThreads threads,
      ReaderThreads reading,
      PatternSearch search,
      TopicDirectory directory) {
    this.file = file;
    this.keeper = keeper;
    this.threads = threads;
    this.reading = reading;
    this.search = search;
    this.directory = directory;
  }

  /**
   * Opens the log in a file, or makes one.
   *
   * @return fails with {@link CannotStartException} if the file is in use, damaged or out of reach
   */
  public static Future<History> open(Vertx vertx, Path path, Retention retention) {
    return open(vertx, path, retention, 0);
  }

  /**
   * Opens the log in a file, or makes one.
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
    return open(vertx, path, retention, clock, UnaryOperator.identity());
  }

  /**
   * Opens the log.
   *
   * @param around what is put around the connection that writes, to have it fail
   */
  static Future<History> open(
      Vertx vertx,
      Path path,
      Retention retention,
      LogClock clock,
      UnaryOperator<Connection> around) {
    return open(vertx, path, retention, clock, new TopicDirectory(0), around);
  }

  /**
   * Opens the log.
   *
   * @param directory that of its topics, empty
   */
  public static Future<History> open(
      Vertx vertx,
      Path path,
      Retention retention,
      LogClock clock,
      TopicDirectory directory,
      UnaryOperator<Connection> around) {
    String name = "outpour-log-" + UUID.randomUUID();
    LogThreads threads = LogThreads.of(vertx, name);
    return threads
        .writing()
        .<History>executeBlocking(
            () -> {
              SqliteFile file = SqliteFile.lock(path, around);
              try {
                SqliteRecovery keeper =
                    new SqliteRecovery(file, retention, clock, directory, threads::copy);
                ReaderThreads reading = new ReaderThreads(vertx, name, keeper::connections);
                PatternSearch search = new PatternSearch(vertx, reading, directory, keeper::head);
                search.keepFilled();
                return new SqliteHistory(file, keeper, threads, reading, search, directory);
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
    return keeper.head();
  }

  @Override
  public Lineage lineage() {
    SqliteConnections open = keeper.connections();
    return open == null ? head().lineage() : open.writer().lineage();
  }

  @Override
  public Retained retained() {
    SqliteConnections open = keeper.connections();
    Retained retained = open == null ? new Retained(0, 0) : open.writer().retained();
    return retained.withDamaged(reading.damaged());
  }

  @Override
  public boolean isOverdue() {
    SqliteConnections open = keeper.connections();
    return open != null && open.writer().isOverdue();
  }

  @Override
  public Future<String> lost() {
    return keeper.lost();
  }

  @Override
  public Future<Optional<String>> inspect() {
    // Not after what the same context has asked of other threads.
    return threads.looking().executeBlocking(keeper::inspect, false);
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
      commit = keeper.write(group);
    } catch (Throwable e) {
      written.tryFail(e);
    }
    if (commit != null) {
      written.tryComplete(commit);
    }
    search.keepFilled();
    keeper.tidyUp();
  }

  @Override
  public Future<Page> read(long after) {
    LogHead known = keeper.head();
    if (after >= known.last()) {
      return Future.succeededFuture(
          new Page(known.lineage(), known.earliest(), after, after, List.of()));
    }
    return reading.page(after, known);
  }

  @Override
  public Future<Long> beforeNewest(int count, Interest interest, Deadline deadline) {
    if (!interest.patterns().isEmpty()) {
      return search.beforeNewest(count, interest, deadline);
    }
    return reading.read(
        reader -> {
          deadline.check();
          // Not before its turn has come: what was the newest then may be removed by now.
          NewestUpdates topics = new NewestUpdates(count, keeper.head().last());
          interest.topics().forEach(topic -> topics.add(topic, Long.MAX_VALUE));
          return reader.beforeNewest(topics, deadline);
        });
  }

  @Override
  public Future<Gap> seek(long after, Interest interest, Deadline deadline) {
    if (!interest.patterns().isEmpty()) {
      return search.seek(after, interest, deadline);
    }
    return reading.read(
        reader -> {
          deadline.check();
          long moment = keeper.head().last();
          Gap retained = reader.seek(after, interest.topics()).upTo(moment);
          return directory.withRemoved(after, interest.topics(), retained);
        });
  }

  @Override
  public Future<Map<Topic, Long>> ended(Set<Topic> topics) {
    if (keeper.head().hasEnds() && !directory.isComplete()) {
      return reading.read(reader -> reader.ended(topics));
    }
    Map<Topic, Long> found = new HashMap<>();
    for (Topic topic : topics) {
      long at = directory.endOf(topic);
      if (at > 0) {
        found.put(topic, at);
      }
    }
    return Future.succeededFuture(found);
  }

  @Override
  public long newestRemoved(Set<Topic> topics) {
    return directory.newestRemoved(topics);
  }

  @Override
  public Future<Void> close() {
    return threads
        .writing()
        .executeBlocking(
            () -> {
              keeper.close();
              file.close();
              return (Void) null;
            })
        .eventually(() -> threads.close())
        .eventually(() -> reading.close());
  }
}
