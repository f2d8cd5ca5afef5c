package dev.outpour.history.sqlite.read;

import dev.outpour.update.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks through the topics in the log's file by its indexes, some at a time, in a time that grows
 * with the topics and not with the updates. It blocks; it works inside the transaction of a {@link
 * SqliteReader}.
 */
final class SqliteTopics {

  /** How many are read at a time at most. */
  static final int SOME = 512;

  /** Steps from one topic to the next, however many updates each has; an update's first topics. */
  static final String FIRST = walk("updates");

  /** The same of its further topics. */
  static final String FURTHER = walk("further_topics");

  /** Those that have ended. */
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
   * A topic, as one of the tables has it.
   *
   * @param newest the number of its newest update there, or of the one that ended it
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

  /** Some of the topics that come first in updates, after a name; none if there are no more. */
  List<Found> first(String after) throws SQLException {
    return some(first, after);
  }

  /** Some of the topics that come further in updates, after a name; none if there are no more. */
  List<Found> further(String after) throws SQLException {
    return some(further, after);
  }

  /** Some of the topics that have ended, after a name; none if there are no more. */
  List<Found> ended(String after) throws SQLException {
    return some(ended, after);
  }

  private static List<Found> some(PreparedStatement walk, String after) throws SQLException {
    walk.setString(1, after);
    walk.setInt(2, SOME);
    List<Found> found = new ArrayList<>();
    try (ResultSet row = walk.executeQuery()) {
      while (row.next()) {
        found.add(new Found(new Topic(row.getString(1)), row.getLong(2)));
      }
    }
    return found;
  }
}
