package dev.outpour.history.sqlite;

import dev.outpour.history.LogIds;
import dev.outpour.history.sqlite.file.ForeignWriterException;
import dev.outpour.history.sqlite.file.SqliteFile;
import dev.outpour.history.sqlite.table.NumberQuery;
import dev.outpour.update.Lineage;
import dev.outpour.update.LogHead;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The epoch that this hub began when it opened the log's file.
 *
 * <p>Each opening adds an epoch to the file. A hub that finds a newer epoch than its own no longer
 * owns the file. Methods block and are for the log's writing thread, except {@link #all} and {@link
 * #head}.
 */
final class LogEpoch {

  private static final String NEWEST = " FROM lineage ORDER BY rowid DESC LIMIT 1";

  private final String logId;

  /** All epochs in the file. */
  private final Lineage all;

  /** The epochs that heads and pages carry. They stay the same until the file is closed. */
  private final Lineage lineage;

  private final NumberQuery isNewest;

  private LogEpoch(Connection connection, String logId, Lineage all, Lineage lineage)
      throws SQLException {
    this.logId = logId;
    this.all = all;
    this.lineage = lineage;
    this.isNewest =
        new NumberQuery(
            connection, "SELECT epoch = '" + lineage.current().name() + "'" + NEWEST, 1);
  }

  /**
   * Begins the transaction in which a file is opened, after checking that it is still the same log.
   *
   * @param before the head when this process last had the file open; null the first time
   * @throws ForeignWriterException if another hub has opened the file since
   */
  static void beginTransaction(Statement statement, @Nullable LogHead before) throws SQLException {
    if (before != null && !before.logId().equals(logId(statement))) {
      throw new SQLException("Another log lies in its place");
    }
    statement.execute("BEGIN IMMEDIATE");
    if (before != null
        && !text(statement, "SELECT epoch" + NEWEST).equals(before.lineage().current().name())) {
      throw new ForeignWriterException();
    }
  }

  /** Adds an epoch and commits the transaction; the epoch is synced before this returns. */
  static LogEpoch begin(Connection connection, Statement statement, LogState state)
      throws SQLException {
    long first = state.last() + 1;
    statement.execute("INSERT INTO lineage VALUES ('" + LogIds.epoch() + "', " + first + ")");
    statement.execute("COMMIT");
    SqliteFile.checkpoint(statement);
    List<Lineage.Epoch> epochs = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery("SELECT epoch, first FROM lineage ORDER BY rowid")) {
      while (row.next()) {
        epochs.add(new Lineage.Epoch(row.getString(1), row.getLong(2)));
      }
    }
    Lineage all = new Lineage(epochs);
    return new LogEpoch(connection, logId(statement), all, all.since(state.earliest()));
  }

  private static String logId(Statement statement) throws SQLException {
    return text(statement, "SELECT id FROM log");
  }

  private static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  /** All epochs in the file; from any thread. */
  Lineage all() {
    return all;
  }

  /** The epochs that heads and pages carry. */
  Lineage lineage() {
    return lineage;
  }

  LogHead head(LogState state) {
    return new LogHead(logId, lineage, state.earliest(), state.last(), state.ended() > 0);
  }

  /**
   * Checks that this hub still owns the file.
   *
   * @throws ForeignWriterException if another hub has opened it since
   */
  void checkOwner() throws SQLException {
    if (!isNewest.ask() || isNewest.column(0) == 0) {
      throw new ForeignWriterException();
    }
  }
}
