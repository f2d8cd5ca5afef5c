package dev.outpour.history.sqlite.read;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/**
 * Visits all topics in the log's file in many short transactions, so that other searches run in
 * between.
 *
 * <p>It visits every topic that has updates during the whole walk. It may or may not visit topics
 * that are added or removed meanwhile.
 */
final class TopicWalk {

  /** Lists the next topics of a table after a name; empty at the end. */
  @FunctionalInterface
  private interface Table {
    List<SqliteTopics.Found> next(SqliteReader reader, String after) throws SQLException;
  }

  private final ReaderThreads reading;
  private final Table table;
  private final Consumer<SqliteTopics.Found> found;
  private final Promise<Void> done = Promise.promise();

  private TopicWalk(ReaderThreads reading, Table table, Consumer<SqliteTopics.Found> found) {
    this.reading = reading;
    this.table = table;
    this.found = found;
  }

  /**
   * Visits the topics of all updates.
   *
   * @param found receives each topic, some of them twice, on a reading thread; an exception ends
   *     the walk
   */
  static Future<Void> over(ReaderThreads reading, Consumer<SqliteTopics.Found> found) {
    return over(reading, SqliteReader::firstTopics, found)
        .compose(first -> over(reading, SqliteReader::furtherTopics, found));
  }

  /**
   * Visits the ended topics.
   *
   * @param found receives each topic, as for {@link #over}
   */
  static Future<Void> overEnded(ReaderThreads reading, Consumer<SqliteTopics.Found> found) {
    return over(reading, SqliteReader::endedTopics, found);
  }

  private static Future<Void> over(
      ReaderThreads reading, Table table, Consumer<SqliteTopics.Found> found) {
    TopicWalk walk = new TopicWalk(reading, table, found);
    walk.step("");
    return walk.done.future();
  }

  /** Continues after a topic. */
  private void step(String after) {
    reading
        .search(reader -> visitNext(reader, after))
        .onComplete(
            read -> {
              if (read.failed()) {
                done.tryFail(read.cause());
              } else if (!read.result().isEmpty()) {
                step(read.result());
              } else {
                done.tryComplete();
              }
            });
  }

  /** Visits the next topics and returns the name of the last one; empty at the end. */
  private String visitNext(SqliteReader reader, String after) throws SQLException {
    List<SqliteTopics.Found> topics = table.next(reader, after);
    topics.forEach(found);
    return topics.isEmpty() ? "" : topics.get(topics.size() - 1).topic().name();
  }
}
