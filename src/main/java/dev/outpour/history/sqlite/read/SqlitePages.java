package dev.outpour.history.sqlite.read;

import dev.outpour.history.sqlite.table.CorruptLogException;
import dev.outpour.history.sqlite.table.UpdateRow;
import dev.outpour.update.Lineage;
import dev.outpour.update.LogHead;
import dev.outpour.update.Page;
import dev.outpour.update.Update;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads pages from the log's file. Methods block and run inside the transaction of a {@link
 * SqliteReader}.
 */
final class SqlitePages {

  static final String BOUNDS =
      "SELECT (SELECT max(first) FROM pages WHERE first <= ?1),"
          + " (SELECT min(first) FROM pages WHERE first > ?1),"
          + " (SELECT min(sequence) FROM updates), (SELECT max(sequence) FROM updates),"
          + " (SELECT last FROM log)";

  private final Connection connection;
  private final PreparedStatement bounds;
  private final PreparedStatement rows;

  SqlitePages(Connection connection) throws SQLException {
    this.connection = connection;
    this.bounds = connection.prepareStatement(BOUNDS);
    this.rows =
        connection.prepareStatement(
            "SELECT "
                + UpdateRow.COLUMNS
                + " FROM updates WHERE sequence > ? AND sequence < ? ORDER BY sequence");
  }

  /** As {@link SqliteReader#page}. */
  Page page(long after, LogHead head) throws SQLException {
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
      return earliestPage(after, earliest, head);
    }
    long to = next == 0 ? last : Math.min(next - 1, last);
    try {
      List<Update> updates = read(from, to, lineage);
      checkComplete(updates, Math.max(from + 1, earliest), to);
      return new Page(lineage, earliest, from, Math.max(to, after), updates);
    } catch (SQLException e) {
      throw CorruptLogException.is(e) ? new CorruptLogException(from, e) : e;
    }
  }

  /** The page with the earliest update, for a caller whose next update is no longer retained. */
  private Page earliestPage(long after, long earliest, LogHead head) throws SQLException {
    if (earliest > head.last()) {
      return new Page(head.lineage(), earliest, after, Math.max(after, head.last()), List.of());
    }
    Page page = page(earliest - 1, head);
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

  private static void checkComplete(List<Update> updates, long first, long last)
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

  /** As {@link SqliteReader#piece}. */
  Page piece(long after, LogHead head) throws SQLException {
    SqliteSalvage salvage = new SqliteSalvage(connection, head);
    long earliest = salvage.earliest();
    if (earliest > head.last()) {
      return page(after, head);
    }
    // Removed updates do not count as damaged.
    Page piece = salvage.piece(Math.max(after, earliest - 1), earliest);
    long from = Math.min(after, piece.from());
    return new Page(piece.lineage(), earliest, from, piece.to(), piece.updates(), piece.damaged());
  }

  /** The sequence number of the earliest update retained, or of the next update if none is. */
  long earliest() throws SQLException {
    bounds.setLong(1, 0);
    try (ResultSet found = bounds.executeQuery()) {
      found.next();
      long earliest = found.getLong(3);
      return found.wasNull() ? found.getLong(5) + 1 : earliest;
    }
  }
}
