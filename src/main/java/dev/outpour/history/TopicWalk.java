package dev.outpour.history;

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

  private final LogReading reading;
  private final Consumer<SqliteTopics.Found> found;
  private final Promise<Void> done = Promise.promise();
  private boolean further;

  private TopicWalk(LogReading reading, Consumer<SqliteTopics.Found> found) {
    this.reading = reading;
    this.found = found;
  }

  /**
   * Walks.
   *
   * @param found told of each topic, of some twice, on a thread that reads; what it throws ends the
   *     walk
   */
  static Future<Void> over(LogReading reading, Consumer<SqliteTopics.Found> found) {
    TopicWalk walk = new TopicWalk(reading, found);
    walk.step("");
    return walk.done.future();
  }

  /** Steps from a topic to the next ones, in one index and then in the other. */
  private void step(String after) {
    reading
        .search(reader -> some(reader, after))
        .onComplete(
            read -> {
              if (read.failed()) {
                done.tryFail(read.cause());
              } else if (!read.result().isEmpty()) {
                step(read.result());
              } else if (!further) {
                further = true;
                step("");
              } else {
                done.tryComplete();
              }
            });
  }

  /** The name of the last of some topics; empty if there are no more. */
  private String some(SqliteReader reader, String after) throws SQLException {
    List<SqliteTopics.Found> some =
        further ? reader.furtherTopics(after) : reader.firstTopics(after);
    some.forEach(found);
    return some.isEmpty() ? "" : some.get(some.size() - 1).topic().name();
  }
}
