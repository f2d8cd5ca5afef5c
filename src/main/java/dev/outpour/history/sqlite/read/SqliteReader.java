package dev.outpour.history.sqlite.read;

import dev.outpour.history.index.NewestUpdates;
import dev.outpour.history.sqlite.table.SqliteEndedTopics;
import dev.outpour.loop.Deadline;
import dev.outpour.update.Gap;
import dev.outpour.update.LogHead;
import dev.outpour.update.Page;
import dev.outpour.update.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sqlite.SQLiteConnection;

/**
 * A connection that reads the log's file. Each answer is one transaction; no transaction stays open
 * in between. Methods block; for one thread at a time.
 */
public final class SqliteReader implements AutoCloseable {

  static final String NEWEST =
      "SELECT sequence FROM"
          + " (SELECT sequence FROM updates WHERE topic = ?1 AND sequence <= ?2 UNION ALL"
          + " SELECT sequence FROM further_topics WHERE topic = ?1 AND sequence <= ?2)"
          + " ORDER BY sequence DESC LIMIT ?3";

  private final Connection connection;
  private final PreparedStatement newest;
  private final SqlitePages pages;
  private final SqliteSeek seek;
  private final SqliteEndedTopics ended;
  private final SqliteTopics topics;

  SqliteReader(Connection connection) throws SQLException {
    this.connection = connection;
    connection.setAutoCommit(false);
    this.newest = connection.prepareStatement(NEWEST);
    this.pages = new SqlitePages(connection);
    this.seek = new SqliteSeek(connection);
    this.ended = new SqliteEndedTopics(connection);
    this.topics = new SqliteTopics(connection);
  }

  /** A question that is answered from one snapshot of the file. */
  @FunctionalInterface
  private interface Question<T> {
    T ask() throws SQLException;
  }

  private <T> T inTransaction(Question<T> question) throws SQLException {
    try {
      return question.ask();
    } finally {
      connection.rollback();
    }
  }

  /**
   * The page with the next update after a sequence number, up to the log's head.
   *
   * @param after less than the head
   * @param head the log's head; the file may already hold a commit beyond it
   */
  public Page page(long after, LogHead head) throws SQLException {
    return inTransaction(() -> pages.page(after, head));
  }

  /**
   * A piece of a damaged page: either readable updates or a range of unreadable ones.
   *
   * @param after less than the head
   * @param head the log's head, for what can no longer be read from the file
   */
  Page piece(long after, LogHead head) throws SQLException {
    return inTransaction(() -> pages.piece(after, head));
  }

  /** The gap after a sequence number in which the topics have no updates. */
  public Gap seek(long after, Set<Topic> wanted) throws SQLException {
    return inTransaction(() -> seek.after(after, wanted));
  }

  /**
   * The sequence number before the newest updates of some topics; if there are fewer than asked
   * for, the number before the earliest update retained.
   */
  public long beforeNewest(NewestUpdates wanted, Deadline deadline) throws SQLException {
    return inTransaction(
        () -> {
          long earliest = pages.earliest();
          return Math.max(earliest, wanted.oldestOfNewest(this::newest, earliest, deadline)) - 1;
        });
  }

  private void newest(Topic topic, NewestUpdates found) throws SQLException {
    newest.setString(1, topic.name());
    newest.setLong(2, found.moment());
    newest.setInt(3, found.count());
    try (ResultSet row = newest.executeQuery()) {
      while (row.next() && found.foundOne(row.getLong(1))) {
        // Rows come newest first.
      }
    }
  }

  /** The next topics after a name that are the first topic of an update; empty at the end. */
  List<SqliteTopics.Found> firstTopics(String after) throws SQLException {
    return inTransaction(() -> topics.first(after));
  }

  /** The next topics after a name that are a further topic of an update; empty at the end. */
  List<SqliteTopics.Found> furtherTopics(String after) throws SQLException {
    return inTransaction(() -> topics.further(after));
  }

  /** The next ended topics after a name; empty at the end. */
  List<SqliteTopics.Found> endedTopics(String after) throws SQLException {
    return inTransaction(() -> topics.ended(after));
  }

  /** The sequence numbers at which topics have ended, for those that have. */
  public Map<Topic, Long> ended(Set<Topic> asked) throws SQLException {
    return inTransaction(
        () -> {
          Map<Topic, Long> found = new HashMap<>();
          for (Topic topic : asked) {
            ended.find(topic).ifPresent(at -> found.put(topic, at));
          }
          return found;
        });
  }

  /** Makes a read that is under way fail; from any thread. */
  synchronized void interrupt() {
    try {
      if (!connection.isClosed()) {
        connection.unwrap(SQLiteConnection.class).getDatabase().interrupt();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("Not an SQLite connection", e);
    }
  }

  @Override
  public synchronized void close() throws SQLException {
    connection.close();
  }
}
