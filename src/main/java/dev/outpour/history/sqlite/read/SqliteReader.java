package dev.outpour.history.sqlite.read;

import dev.outpour.history.index.NewestUpdates;
import dev.outpour.history.sqlite.table.CorruptLogException;
import dev.outpour.history.sqlite.table.SqliteEndedTopics;
import dev.outpour.history.sqlite.table.UpdateRow;
import dev.outpour.loop.Deadline;
import dev.outpour.update.Gap;
import dev.outpour.update.Lineage;
import dev.outpour.update.LogHead;
import dev.outpour.update.Page;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sqlite.SQLiteConnection;

/**
 * A connection that reads the log's file, one transaction for each answer and none between. It
 * blocks; it is used by one thread at a time.
 */
public final class SqliteReader implements AutoCloseable {

  static final String BOUNDS =
      "SELECT (SELECT max(first) FROM pages WHERE first <= ?1),"
          + " (SELECT min(first) FROM pages WHERE first > ?1),"
          + " (SELECT min(sequence) FROM updates), (SELECT max(sequence) FROM updates),"
          + " (SELECT last FROM log)";

  static final String NEWEST =
      "SELECT sequence FROM"
          + " (SELECT sequence FROM updates WHERE topic = ?1 AND sequence <= ?2 UNION ALL"
          + " SELECT sequence FROM further_topics WHERE topic = ?1 AND sequence <= ?2)"
          + " ORDER BY sequence DESC LIMIT ?3";

  private final Connection connection;
  private final PreparedStatement bounds;
  private final PreparedStatement rows;
  private final PreparedStatement newest;
  private final SqliteSeek seek;
  private final SqliteEndedTopics ends;
  private final SqliteTopics topics;

  SqliteReader(Connection connection) throws SQLException {
    this.connection = connection;
    connection.setAutoCommit(false);
    this.bounds = connection.prepareStatement(BOUNDS);
    this.rows =
        connection.prepareStatement(
            "SELECT "
                + UpdateRow.COLUMNS
                + " FROM updates WHERE sequence > ? AND sequence < ? ORDER BY sequence");
    this.newest = connection.prepareStatement(NEWEST);
    this.seek = new SqliteSeek(connection);
    this.ends = new SqliteEndedTopics(connection);
    this.topics = new SqliteTopics(connection);
  }

  /** What is asked of the file as it is at one moment. */
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
   * The page with what comes next after a number, as far as the log's head.
   *
   * @param after less than the head
   * @param head the file may show a commit already that the log does not tell of yet
   */
  public Page page(long after, LogHead head) throws SQLException {
    return inTransaction(() -> pageInTransaction(after, head));
  }

  /**
   * What can be read, or what cannot, of a damaged page.
   *
   * @param after less than the log's head
   * @param known where the log stands, for what its file does not say any more
   */
  Page piece(long after, LogHead known) throws SQLException {
    return inTransaction(() -> pieceInTransaction(after, known));
  }

  private Page pieceInTransaction(long after, LogHead known) throws SQLException {
    SqliteSalvage salvage = new SqliteSalvage(connection, known);
    long earliest = salvage.earliest();
    if (earliest > known.last()) {
      return pageInTransaction(after, known);
    }
    // What has been removed is not lost to damage.
    Page piece = salvage.piece(Math.max(after, earliest - 1), earliest);
    long from = Math.min(after, piece.from());
    return new Page(piece.lineage(), earliest, from, piece.to(), piece.updates(), piece.damaged());
  }

  private Page pageInTransaction(long after, LogHead head) throws SQLException {
    Lineage lineage = head.lineage();
    long earliest;
    long last;
    long from;
    long next;
    long removed;
    bounds.setLong(1, after + 1);
    try (ResultSet found = bounds.executeQuery()) {
      found.next();
      long begin = found.getLong(1);
      from = found.wasNull() ? after : begin - 1;
      next = found.getLong(2);
      earliest = found.getLong(3);
      last = Math.min(found.getLong(4), head.last());
      removed = found.getLong(5);
    }
    if (last == 0) {
      return new Page(lineage, removed + 1, after, Math.max(after, removed), List.of());
    }
    if (earliest > after + 1) {
      return firstLeft(after, earliest, head);
    }
    long to = next == 0 ? last : Math.min(next - 1, last);
    try {
      List<Update> updates = read(from, to, lineage);
      checkWhole(updates, Math.max(from + 1, earliest), to);
      return new Page(lineage, earliest, from, Math.max(to, after), updates);
    } catch (SQLException e) {
      throw CorruptLogException.is(e) ? new CorruptLogException(from, e) : e;
    }
  }

  /** What is left for who asks for what is gone: the page that holds the earliest update. */
  private Page firstLeft(long after, long earliest, LogHead head) throws SQLException {
    if (earliest > head.last()) {
      return new Page(head.lineage(), earliest, after, Math.max(after, head.last()), List.of());
    }
    Page page = pageInTransaction(earliest - 1, head);
    long from = Math.min(after, page.from());
    return new Page(head.lineage(), earliest, from, page.to(), page.updates());
  }

  private List<Update> read(long from, long to, Lineage lineage) throws SQLException {
    rows.setLong(1, from);
    rows.setLong(2, to + 1);
    List<Update> updates = new ArrayList<>();
    try (ResultSet row = rows.executeQuery()) {
      while (row.next()) {
        updates.add(UpdateRow.read(row, lineage));
      }
    }
    return updates;
  }

  private static void checkWhole(List<Update> updates, long first, long last)
      throws CorruptLogException {
    long expected = first;
    for (Update update : updates) {
      if (update.sequence() != expected) {
        break;
      }
      expected++;
    }
    if (expected <= last) {
      throw new CorruptLogException("Update " + expected + " is missing in the log's file");
    }
  }

  /** The stretch after a number in which the topics have nothing. */
  public Gap seek(long after, Set<Topic> topics) throws SQLException {
    return inTransaction(() -> seek.after(after, topics));
  }

  /** The number before the newest updates of some topics; before all retained if they are fewer. */
  public long beforeNewest(NewestUpdates topics, Deadline deadline) throws SQLException {
    return inTransaction(
        () -> {
          long earliest = earliest();
          return Math.max(earliest, topics.oldestOfNewest(this::newest, earliest, deadline)) - 1;
        });
  }

  /** Some of the topics that come first in updates, after a name; none if there are no more. */
  List<SqliteTopics.Found> firstTopics(String after) throws SQLException {
    return inTransaction(() -> topics.first(after));
  }

  /** Some of the topics that come further in updates, after a name; none if there are no more. */
  List<SqliteTopics.Found> furtherTopics(String after) throws SQLException {
    return inTransaction(() -> topics.further(after));
  }

  /** Some of the topics that have ended, after a name; none if there are no more. */
  List<SqliteTopics.Found> endedTopics(String after) throws SQLException {
    return inTransaction(() -> topics.ended(after));
  }

  private long earliest() throws SQLException {
    bounds.setLong(1, 0);
    try (ResultSet found = bounds.executeQuery()) {
      found.next();
      long earliest = found.getLong(3);
      return found.wasNull() ? found.getLong(5) + 1 : earliest;
    }
  }

  /** Where topics have ended, for those that have. */
  public Map<Topic, Long> ended(Set<Topic> topics) throws SQLException {
    return inTransaction(
        () -> {
          Map<Topic, Long> found = new HashMap<>();
          for (Topic topic : topics) {
            ends.find(topic).ifPresent(at -> found.put(topic, at));
          }
          return found;
        });
  }

  private void newest(Topic topic, NewestUpdates found) throws SQLException {
    newest.setString(1, topic.name());
    newest.setLong(2, found.moment());
    newest.setInt(3, found.count());
    try (ResultSet row = newest.executeQuery()) {
      while (row.next() && found.foundOne(row.getLong(1))) {
        // The next one is older.
      }
    }
  }

  /** Has what is being read fail, if something is; from any thread. */
  synchronized void interrupt() {
    try {
      if (!connection.isClosed()) {
        connection.unwrap(SQLiteConnection.class).getDatabase().interrupt();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("No connection of SQLite's", e);
    }
  }

  @Override
  public synchronized void close() throws SQLException {
    connection.close();
  }
}
