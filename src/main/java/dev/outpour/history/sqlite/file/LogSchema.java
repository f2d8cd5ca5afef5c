package dev.outpour.history.sqlite.file;

import dev.outpour.history.LogIds;
import dev.outpour.history.index.KeyPartitions;
import dev.outpour.history.sqlite.keys.KeyRows;
import dev.outpour.history.sqlite.table.NumberQuery;
import dev.outpour.settings.CannotStartException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands in a log's file, and that it does so in the form that this version reads.
 *
 * <pre>
 *   log             id of the log, version of this form, the last number if all are removed,
 *                   and the number of the last key that came from an earlier form
 *   lineage         epoch, first: who gave which numbers
 *   updates         sequence, time, topic, further, event, form, ends, weight, data,
 *                   checksum
 *   further_topics  topic, sequence: for updates with several topics
 *   ended           topic, sequence: the topics that have ended, and with which update
 *   pages           first, bytes: where each page begins, and how many bytes came before it
 *   keys_00 to 31   first, entries: the publishers' keys, up to 21 in a row, the first of them
 *                   under this number; each has digests of itself and of what it stood for, the
 *                   number of its update, and the time
 *   readable        a view for people: updates with their time and data as text
 * </pre>
 *
 * It blocks; it is used before the log is.
 */
final class LogSchema {

  static final int VERSION = 2;

  /** Each makes what is not there. */
  private static final List<String> SCHEMA = schema();

  private LogSchema() {}

  private static List<String> schema() {
    List<String> schema =
        new ArrayList<>(
            List.of(
                "log (id TEXT NOT NULL, version INTEGER NOT NULL, last INTEGER NOT NULL,"
                    + " brought INTEGER NOT NULL DEFAULT 0)",
                "lineage (epoch TEXT NOT NULL UNIQUE, first INTEGER NOT NULL)",
                "updates (sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL,"
                    + " topic TEXT NOT NULL, further TEXT, event TEXT, form TEXT NOT NULL,"
                    + " ends INTEGER NOT NULL, weight INTEGER NOT NULL, data BLOB NOT NULL,"
                    + " checksum INTEGER NOT NULL)",
                "further_topics (topic TEXT NOT NULL, sequence INTEGER NOT NULL,"
                    + " PRIMARY KEY (topic, sequence)) WITHOUT ROWID",
                "ended (topic TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID",
                "pages (first INTEGER PRIMARY KEY, bytes INTEGER NOT NULL)"));
    for (int table = 0; table < KeyPartitions.TABLES; table++) {
      schema.add(KeyRows.name(table) + " (first INTEGER PRIMARY KEY, entries BLOB NOT NULL)");
    }
    schema.replaceAll("CREATE TABLE IF NOT EXISTS "::concat);
    schema.add("CREATE INDEX IF NOT EXISTS updates_by_topic ON updates (topic)");
    schema.add(
        "CREATE VIEW IF NOT EXISTS readable AS SELECT sequence,"
            + " datetime(time / 1000, 'unixepoch') AS time, topic, further, event, form, ends,"
            + " CAST(data AS TEXT) AS data FROM updates");
    return List.copyOf(schema);
  }

  /**
   * Makes what stands in a file that is new, and brings one of the form before to this one.
   *
   * @param name of the file, for messages
   * @throws CannotStartException if it is of a form that this version cannot read
   */
  static void prepare(Connection connection, String name) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (NumberQuery.once(statement, SqliteFile.HAS_LOG) == 0) {
        statement.execute("BEGIN IMMEDIATE");
        create(statement);
        statement.execute(
            "INSERT INTO log (id, version, last) VALUES ('"
                + LogIds.log()
                + "', "
                + VERSION
                + ", 0)");
        statement.execute("COMMIT");
      }
      long version = NumberQuery.once(statement, "SELECT version FROM log");
      if (version == LogUpgrade.FROM) {
        new LogUpgrade(connection, name).run();
        version = VERSION;
      }
      checkForm(version, name);
    }
  }

  /**
   * Looks whether a file can be opened as a log; it stays as it is.
   *
   * @param name of the file, for messages
   * @throws CannotStartException if it is no log, or of a form that this version cannot read
   */
  static void check(Statement statement, String name) throws SQLException {
    if (NumberQuery.once(statement, SqliteFile.HAS_LOG) == 0) {
      throw new CannotStartException(
          name + " is a database, but no log of a hub: name another file");
    }
    long version = NumberQuery.once(statement, "SELECT version FROM log");
    if (version != LogUpgrade.FROM) {
      checkForm(version, name);
    }
  }

  private static void checkForm(long version, String name) {
    if (version != VERSION) {
      throw new CannotStartException(
          name
              + " is of form "
              + version
              + ", this version reads "
              + VERSION
              + ": run the version that wrote it, or set history.path");
    }
  }

  /** Makes what is not there, in the transaction that is under way. */
  static void create(Statement statement) throws SQLException {
    for (String sql : SCHEMA) {
      statement.execute(sql);
    }
  }
}
