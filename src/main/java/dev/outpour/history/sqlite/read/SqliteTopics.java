package dev.outpour.history.sqlite.read;

import dev.outpour.update.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Lists the topics in the log's file by its indexes, some at a time, in a time that grows with the
 * topics and not with the updates. Methods block and run inside the transaction of a {@link
 * SqliteReader}.
 */
final class SqliteTopics {

  /** How many topics are read at a time. */
  static final int BATCH = 512;

  /** First topics of updates; it steps from topic to topic, however many updates each has. */
  static final String FIRST = walk("updates");

  /** The same for further topics of updates. */
  static final String FURTHER = walk("further_topics");

  /** Ended topics. */
  static final String ENDED = "SELECT topic, sequence FROM ended WHERE topic > ?1 LIMIT ?2";

  private static String walk(String table) {
    return "WITH RECURSIVE t(name) AS (SELECT min(topic) FROM %s WHERE topic > ?1 UNION ALL"
            .formatted(table)
        + " SELECT (SELECT min(topic) FROM %s WHERE topic > t.name) FROM t".formatted(table)
        + " WHERE t.name IS NOT NULL LIMIT ?2)"
        + " SELECT name, (SELECT max(sequence) FROM %s WHERE topic = name) FROM t".formatted(table)
        + " WHERE name IS NOT NULL";
  }

  /**
   * A topic in one of the tables.
   *
   * @param newest its newest update there, or the update that ended it
   */
  record Found(Topic topic, long newest) {}

  private final PreparedStatement first;
  private final PreparedStatement further;
  private final PreparedStatement ended;

  SqliteTopics(Connection connection) throws SQLException {
    this.first = connection.prepareStatement(FIRST);
    this.further = connection.prepareStatement(FURTHER);
    this.ended = connection.prepareStatement(ENDED);
  }

  /** The next topics after a name that are the first topic of an update; empty at the end. */
  List<Found> first(String after) throws SQLException {
    return next(first, after);
  }

  /** The next topics after a name that are a further topic of an update; empty at the end. */
  List<Found> further(String after) throws SQLException {
    return next(further, after);
  }

  /** The next ended topics after a name; empty at the end. */
  List<Found> ended(String after) throws SQLException {
    return next(ended, after);
  }

  private static List<Found> next(PreparedStatement walk, String after) throws SQLException {
    walk.setString(1, after);
    walk.setInt(2, BATCH);
    List<Found> found = new ArrayList<>();
    try (ResultSet row = walk.executeQuery()) {
      while (row.next()) {
        found.add(new Found(new Topic(row.getString(1)), row.getLong(2)));
      }
    }
    return found;
  }
}
