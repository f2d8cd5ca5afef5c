package dev.outpour.history;

import java.sql.Connection;
import java.sql.SQLException;
import org.sqlite.core.Codes;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;

/**
 * A query whose answer is one row of numbers, for what is asked with every commit.
 *
 * <p>JDBC makes the names of its columns and a set of results each time, which costs several times
 * what the answer does: this steps through the driver's own statement, which lives as long as its
 * connection. It blocks; it is used by the thread that uses the connection.
 */
final class NumberQuery {

  private final CoreStatement statement;
  private final long[] row;

  /**
   * Prepares a query.
   *
   * @param columns how many numbers its answer has
   */
  NumberQuery(Connection connection, String sql, int columns) throws SQLException {
    this.statement = connection.prepareStatement(sql).unwrap(CoreStatement.class);
    this.row = new long[columns];
  }

  /** Asks; whether there is an answer, which {@link #column} then has until the next question. */
  boolean ask() throws SQLException {
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

  /** A number of the last answer, counted from 0. */
  long column(int column) {
    return row[column];
  }
}
