package dev.outpour.history.sqlite.read;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/**
 * Goes through all topics in the log's file, some in each of many short transactions, between which
 * others have their turn.
 *
 * <p>A topic that has updates from the beginning to the end of the walk is named; one that comes or
 * goes meanwhile may be.
 */
final class TopicWalk {

  /** Some of the topics of a table, after a name; none if there are no more. */
  @FunctionalInterface
  private interface Table {
    List<SqliteTopics.Found> some(SqliteReader reader, String after) throws SQLException;
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
   * Walks over the topics of all updates.
   *
   * @param found told of each topic, of some twice, on a thread that reads; what it throws ends the
   *     walk
   */
  static Future<Void> over(ReaderThreads reading, Consumer<SqliteTopics.Found> found) {
    return over(reading, SqliteReader::firstTopics, found)
        .compose(first -> over(reading, SqliteReader::furtherTopics, found));
  }

  /**
   * Walks over the topics that have ended.
   *
   * @param found told of each, as of {@link #over}
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

  /** Steps from a topic to the next ones. */
  private void step(String after) {
    reading
        .search(reader -> some(reader, after))
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

  /** The name of the last of some topics; empty if there are no more. */
  private String some(SqliteReader reader, String after) throws SQLException {
    List<SqliteTopics.Found> some = table.some(reader, after);
    some.forEach(found);
    return some.isEmpty() ? "" : some.get(some.size() - 1).topic().name();
  }
}
