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
 * Reads a damaged page of the log's file update by update. It blocks; it is used by one thread at a
 * time, inside a transaction of its caller.
 *
 * <p>Each question has its own statement, since the driver ends one that has failed for good.
 */
final class SqliteSalvage {

  private static final String ROW =
      "SELECT " + UpdateRow.COLUMNS + " FROM updates WHERE sequence = ?";

  private static final String PAGE =
      "SELECT (SELECT max(first) FROM pages WHERE first <= ?1),"
          + " (SELECT min(first) FROM pages WHERE first > ?1)";

  private final Connection connection;
  private final LogHead known;

  /**
   * Where a page lies.
   *
   * @param from the number before its first update
   * @param to the number of its last one
   */
  private record Bounds(long from, long to) {}

  /**
   * @param known where the log stands, for what its file does not say any more
   */
  SqliteSalvage(Connection connection, LogHead known) {
    this.connection = connection;
    this.known = known;
  }

  /** Where the page lies that holds the update after a number; the same for all its updates. */
  private Bounds bounds(long after) throws SQLException {
    try (PreparedStatement page = connection.prepareStatement(PAGE)) {
      page.setLong(1, after + 1);
      ResultSet found = page.executeQuery();
      found.next();
      long first = found.getLong(1);
      long next = found.getLong(2);
      if (first > 0) {
        long to = next == 0 ? known.last() : Math.min(next - 1, known.last());
        return new Bounds(first - 1, to);
      }
    } catch (SQLException e) {
      passIfDamage(e);
    }
    long from = after - after % Page.MAX_UPDATES;
    return new Bounds(from, Math.min(from + Page.MAX_UPDATES, known.last()));
  }

  /** The number of the earliest update retained; beyond the head if none is. */
  long earliest() throws SQLException {
    try (PreparedStatement first =
        connection.prepareStatement("SELECT min(sequence) FROM updates")) {
      ResultSet found = first.executeQuery();
      found.next();
      long earliest = found.getLong(1);
      return earliest == 0 ? known.last() + 1 : earliest;
    } catch (SQLException e) {
      passIfDamage(e);
      return known.earliest();
    }
  }

  /**
   * The longest piece of a page around the update after a number: all of it can be read, or
   * nothing.
   *
   * @param after less than the log's head, and not less than the number before the earliest update
   * @param earliest the number of the earliest update retained
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
        ? new Page(known.lineage(), earliest, begin, end, List.copyOf(updates))
        : Page.damaged(known.lineage(), earliest, begin, end);
  }

  /** An update; empty if it is damaged, or not there. */
  private Optional<Update> read(long sequence) throws SQLException {
    try (PreparedStatement row = connection.prepareStatement(ROW)) {
      row.setLong(1, sequence);
      ResultSet found = row.executeQuery();
      return found.next() ? Optional.of(UpdateRow.read(found, known.lineage())) : Optional.empty();
    } catch (SQLException e) {
      passIfDamage(e);
      return Optional.empty();
    }
  }

  private static void passIfDamage(SQLException failure) throws SQLException {
    if (!CorruptLogException.is(failure)) {
      throw failure;
    }
  }
}
