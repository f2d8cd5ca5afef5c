package dev.outpour.history.sqlite;

import dev.outpour.history.Retention;
import dev.outpour.history.sqlite.table.SqliteEndedTopics;
import dev.outpour.history.sqlite.table.UpdateRow;
import dev.outpour.update.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes the oldest updates from the log's file, a few with each commit. Methods block and are for
 * the log's writing thread.
 */
final class SqliteTrimmer {

  /**
   * An update that was removed.
   *
   * @param topics none if it was missing in the file, like those before it since the last one
   */
  record Removed(List<Topic> topics, long sequence) {}

  private final Retention retention;
  private final SqliteEndedTopics ends;
  private final PreparedStatement oldest;
  private final PreparedStatement deleteFurther;
  private final PreparedStatement deleteUpdates;
  private final PreparedStatement deletePages;
  private final PreparedStatement rememberLast;
  private List<Removed> removed = List.of();

  SqliteTrimmer(Connection connection, Retention retention, SqliteEndedTopics ends)
      throws SQLException {
    this.retention = retention;
    this.ends = ends;
    this.oldest =
        connection.prepareStatement(
            "SELECT sequence, time, weight, ends, further, topic FROM updates"
                + " ORDER BY sequence LIMIT ?");
    this.deleteFurther =
        connection.prepareStatement("DELETE FROM further_topics WHERE topic = ? AND sequence = ?");
    this.deleteUpdates = connection.prepareStatement("DELETE FROM updates WHERE sequence < ?");
    this.deletePages =
        connection.prepareStatement(
            "DELETE FROM pages WHERE first < (SELECT max(first) FROM pages WHERE first <= ?)");
    this.rememberLast = connection.prepareStatement("UPDATE log SET last = ?");
  }

  /**
   * Removes updates that the retention no longer allows, in the transaction that is under way.
   *
   * @param expiredBefore updates older than this have expired, in milliseconds since 1970
   * @param most how many updates a step removes at most
   * @param nanos for how long another step may begin
   * @return the state of the log afterwards
   */
  LogState trim(LogState state, long expiredBefore, int most, long nanos) throws SQLException {
    LogState left = state;
    removed = new ArrayList<>();
    long begun = System.nanoTime();
    while (left.exceeds(retention, expiredBefore)) {
      left = step(left, expiredBefore, most);
      if (System.nanoTime() - begun >= nanos) {
        break;
      }
    }
    return left;
  }

  private LogState step(LogState state, long expiredBefore, int most) throws SQLException {
    LogState left = state;
    oldest.setInt(1, most + 1);
    try (ResultSet row = oldest.executeQuery()) {
      int steps = 0;
      while (row.next()) {
        left = skipMissing(left, row.getLong(1)).withOldest(row.getLong(2));
        if (steps++ == most || !left.exceeds(retention, expiredBefore)) {
          deleteBefore(left);
          return left;
        }
        left = left.minusEarliest(row.getInt(3), deleteTopics(row, left.earliest()));
      }
    }
    left = skipMissing(left, left.last() + 1);
    deleteBefore(left);
    return left;
  }

  /** The state when a row comes next; in a damaged file the rows before it may be missing. */
  private LogState skipMissing(LogState state, long sequence) throws SQLException {
    if (sequence <= state.earliest()) {
      return state;
    }
    removed.add(new Removed(List.of(), sequence - 1));
    return state.withEarliest(sequence, ends.removeBefore(sequence));
  }

  /** The updates removed by the last {@link #trim}, in order. */
  List<Removed> removed() {
    return removed;
  }

  /** Removes the topics of an update from other tables; returns how many it had ended. */
  private int deleteTopics(ResultSet row, long sequence) throws SQLException {
    List<Topic> topics = UpdateRow.topics(row.getString(6), row.getString(5));
    removed.add(new Removed(topics, sequence));
    for (Topic further : topics.subList(1, topics.size())) {
      deleteFurther.setString(1, further.name());
      deleteFurther.setLong(2, sequence);
      deleteFurther.executeUpdate();
    }
    if (row.getInt(4) == 0) {
      return 0;
    }
    ends.remove(topics);
    return topics.size();
  }

  private void deleteBefore(LogState left) throws SQLException {
    deleteUpdates.setLong(1, left.earliest());
    deleteUpdates.executeUpdate();
    deletePages.setLong(1, left.earliest());
    deletePages.executeUpdate();
    if (left.earliest() > left.last()) {
      // No update is left to tell the next start which sequence numbers were assigned.
      rememberLast.setLong(1, left.last());
      rememberLast.executeUpdate();
    }
  }
}
