package dev.outpour.history.sqlite.read;

import dev.outpour.history.sqlite.table.CorruptLogException;
import dev.outpour.history.sqlite.table.UpdateRow;
import dev.outpour.update.LogHead;
import dev.outpour.update.Page;
import dev.outpour.update.Update;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Reads a damaged page of the log's file update by update. Methods block and run inside the
 * transaction of a {@link SqliteReader}.
 *
 * <p>Each question has its own statement, since the driver closes a failed statement for good.
 */
final class SqliteSalvage {

  private static final String ROW =
      "SELECT " + UpdateRow.COLUMNS + " FROM updates WHERE sequence = ?";

  private static final String PAGE =
      "SELECT (SELECT max(first) FROM pages WHERE first <= ?1),"
          + " (SELECT min(first) FROM pages WHERE first > ?1)";

  private final Connection connection;
  private final LogHead head;

  /**
   * The bounds of a page.
   *
   * @param from the sequence number before its first update
   * @param to the sequence number of its last update
   */
  private record Bounds(long from, long to) {}

  /**
   * Creates a salvage.
   *
   * @param head the log's head, for what can no longer be read from the file
   */
  SqliteSalvage(Connection connection, LogHead head) {
    this.connection = connection;
    this.head = head;
  }

  /**
   * The bounds of the page with the update after a sequence number; the same for all its updates.
   */
  private Bounds bounds(long after) throws SQLException {
    try (PreparedStatement page = connection.prepareStatement(PAGE)) {
      page.setLong(1, after + 1);
      ResultSet found = page.executeQuery();
      found.next();
      long first = found.getLong(1);
      long next = found.getLong(2);
      if (first > 0) {
        long to = next == 0 ? head.last() : Math.min(next - 1, head.last());
        return new Bounds(first - 1, to);
      }
    } catch (SQLException e) {
      ignoreDamage(e);
    }
    long from = after - after % Page.MAX_UPDATES;
    return new Bounds(from, Math.min(from + Page.MAX_UPDATES, head.last()));
  }

  /** The sequence number of the earliest update retained; beyond the head if none is. */
  long earliest() throws SQLException {
    try (PreparedStatement first =
        connection.prepareStatement("SELECT min(sequence) FROM updates")) {
      ResultSet found = first.executeQuery();
      found.next();
      long earliest = found.getLong(1);
      return earliest == 0 ? head.last() + 1 : earliest;
    } catch (SQLException e) {
      ignoreDamage(e);
      return head.earliest();
    }
  }

  /**
   * The longest piece of a page around the update after a sequence number, in which all updates are
   * readable or all are not.
   *
   * @param after less than the head, and not less than {@code earliest - 1}
   * @param earliest the sequence number of the earliest update retained
   */
  Page piece(long after, long earliest) throws SQLException {
    Bounds page = bounds(after);
    Optional<Update> first = read(after + 1);
    Deque<Update> updates = new ArrayDeque<>();
    first.ifPresent(updates::add);
    int bytes = first.map(Update::weight).orElse(0);
    long end = after + 1;
    for (; end < page.to(); end++) {
      Optional<Update> next = read(end + 1);
      bytes += next.map(Update::weight).orElse(0);
      if (next.isPresent() != first.isPresent() || bytes > Page.MAX_BYTES) {
        break;
      }
      next.ifPresent(updates::addLast);
    }
    long begin = after;
    for (; begin > page.from() && begin >= earliest; begin--) {
      Optional<Update> before = read(begin);
      bytes += before.map(Update::weight).orElse(0);
      if (before.isPresent() != first.isPresent() || bytes > Page.MAX_BYTES) {
        break;
      }
      before.ifPresent(updates::addFirst);
    }
    return first.isPresent()
        ? new Page(head.lineage(), earliest, begin, end, List.copyOf(updates))
        : Page.damaged(head.lineage(), earliest, begin, end);
  }

  /** An update; empty if it is damaged or missing. */
  private Optional<Update> read(long sequence) throws SQLException {
    try (PreparedStatement row = connection.prepareStatement(ROW)) {
      row.setLong(1, sequence);
      ResultSet found = row.executeQuery();
      return found.next() ? Optional.of(UpdateRow.read(found, head.lineage())) : Optional.empty();
    } catch (SQLException e) {
      ignoreDamage(e);
      return Optional.empty();
    }
  }

  private static void ignoreDamage(SQLException failure) throws SQLException {
    if (!CorruptLogException.is(failure)) {
      throw failure;
    }
  }
}
