package dev.outpour.history.sqlite.read;

import dev.outpour.update.Gap;
import dev.outpour.update.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;

/**
 * Finds the next update of exact topics by the indexes of the log's file, in a time that does not
 * grow with the log. Methods block and run inside the transaction of a {@link SqliteReader}.
 */
final class SqliteSeek {

  private static final String BOUNDS =
      "SELECT (SELECT min(sequence) FROM updates), (SELECT max(sequence) FROM updates),"
          + " (SELECT last FROM log)";

  /** The first topic of an update is in its row, further topics are in their own table. */
  static final String NEXT =
      "SELECT (SELECT min(sequence) FROM updates WHERE topic = ?1 AND sequence > ?2),"
          + " (SELECT min(sequence) FROM further_topics WHERE topic = ?1 AND sequence > ?2)";

  private final PreparedStatement bounds;
  private final PreparedStatement next;

  SqliteSeek(Connection connection) throws SQLException {
    this.bounds = connection.prepareStatement(BOUNDS);
    this.next = connection.prepareStatement(NEXT);
  }

  /** The gap after a sequence number in which the topics have no updates. */
  Gap after(long after, Set<Topic> topics) throws SQLException {
    long earliest;
    long last;
    try (ResultSet found = bounds.executeQuery()) {
      found.next();
      last = Math.max(found.getLong(2), found.getLong(3));
      earliest = found.getLong(2) == 0 ? last + 1 : found.getLong(1);
    }
    long from = Math.max(after, earliest - 1);
    long to = Math.max(from, last);
    for (Topic topic : topics) {
      to = Math.min(to, next(from, topic) - 1);
    }
    return new Gap(from, to);
  }

  private long next(long after, Topic topic) throws SQLException {
    next.setString(1, topic.name());
    next.setLong(2, after);
    long nearest = Long.MAX_VALUE;
    try (ResultSet found = next.executeQuery()) {
      found.next();
      for (int column = 1; column <= 2; column++) {
        long sequence = found.getLong(column);
        if (!found.wasNull()) {
          nearest = Math.min(nearest, sequence);
        }
      }
    }
    return nearest;
  }
}
