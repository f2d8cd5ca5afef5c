package dev.outpour.history.sqlite.table;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.core.Codes;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;

/**
 * A query with one row of numbers, for questions asked with every commit.
 *
 * <p>JDBC creates column names and a result set each time, which costs several times as much as the
 * answer. This class steps through the driver's own statement, which lives as long as its
 * connection. Methods block and are for the thread that uses the connection.
 */
public final class NumberQuery {

  private final CoreStatement statement;
  private final long[] row;

  /**
   * Prepares a query.
   *
   * @param columns how many numbers a row has
   */
  public NumberQuery(Connection connection, String sql, int columns) throws SQLException {
    this.statement = connection.prepareStatement(sql).unwrap(CoreStatement.class);
    this.row = new long[columns];
  }

  /** Runs a query once and returns its number; 0 if there is no row. */
  public static long once(Statement statement, String sql) throws SQLException {
    try (ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? result.getLong(1) : 0;
    }
  }

  /** Runs the query; true if there is a row, which {@link #column} returns until the next run. */
  public boolean ask() throws SQLException {
    return statement.pointer.safeRunInt(this::ask) == Codes.SQLITE_ROW;
  }

  private int ask(DB database, long pointer) throws SQLException {
    try {
      int result = database.step(pointer);
      if (result == Codes.SQLITE_ROW) {
        for (int i = 0; i < row.length; i++) {
          row[i] = database.column_long(pointer, i);
        }
      } else if (result != Codes.SQLITE_DONE) {
        database.throwex(result);
      }
      return result;
    } finally {
      database.reset(pointer);
    }
  }

  /** A number of the last row, counted from 0. */
  public long column(int column) {
    return row[column];
  }
}
