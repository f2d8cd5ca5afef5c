package dev.outpour.history.sqlite.file;

import dev.outpour.history.LogIds;
import dev.outpour.history.index.KeyPartitions;
import dev.outpour.history.sqlite.keys.KeyRows;
import dev.outpour.history.sqlite.table.NumberQuery;
import dev.outpour.settings.CannotStartException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables of a log's file, and the format versions that this hub can open.
 *
 * <pre>
 *   log             id of the log, version of this format, the last sequence number if all updates
 *                   are removed, and the number of the last key from an earlier format
 *   lineage         epoch, first: which epoch assigned which sequence numbers
 *   updates         sequence, time, topic, further, event, form, ends, weight, data,
 *                   checksum
 *   further_topics  topic, sequence: for updates with several topics
 *   ended           topic, sequence: the ended topics, and the update that ended each
 *   pages           first, bytes: the first update of each page, and the bytes of all updates
 *                   before it
 *   keys_00 to 31   first, entries: up to 21 idempotency keys in a row, the first of them with this
 *                   number; each has digests of the key and of its update, the sequence number of
 *                   the update, and the time
 *   readable        a view for people: updates with their time and data as text
 * </pre>
 *
 * Methods block; they are used before the log is.
 */
final class LogSchema {

  static final int VERSION = 2;

  /** The version that {@link LogUpgrade} brings to {@link #VERSION}. */
  static final int FORMER_VERSION = 1;

  /** Finds a log by its columns, since other programs have tables of that name. */
  static final String HAS_LOG =
      "SELECT count(*) = 3 FROM pragma_table_info('log') WHERE name IN ('id', 'version', 'last')";

  /** Statements that each create what is missing. */
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

  /** Creates a log in a file that has none. */
  static void createIfNew(Statement statement) throws SQLException {
    if (NumberQuery.once(statement, HAS_LOG) > 0) {
      return;
    }
    statement.execute("BEGIN IMMEDIATE");
    create(statement);
    statement.execute(
        "INSERT INTO log (id, version, last) VALUES ('" + LogIds.log() + "', " + VERSION + ", 0)");
    statement.execute("COMMIT");
  }

  static long version(Statement statement) throws SQLException {
    return NumberQuery.once(statement, "SELECT version FROM log");
  }

  /**
   * Checks that a file is a log that this hub can open, if need be after an upgrade. The file stays
   * as it is.
   *
   * @param name of the file, for messages
   * @throws CannotStartException if it is not
   */
  static void check(Statement statement, String name) throws SQLException {
    if (NumberQuery.once(statement, HAS_LOG) == 0) {
      throw new CannotStartException(
          name + " is a database, but not the log of a hub: name another file");
    }
    long version = version(statement);
    if (version != VERSION && version != FORMER_VERSION) {
      throw new CannotStartException(
          name
              + " has format version "
              + version
              + ", this hub reads version "
              + VERSION
              + ": run the hub that wrote it, or set history.path");
    }
  }

  /** Creates the tables that are missing, in the transaction that is under way. */
  static void create(Statement statement) throws SQLException {
    for (String sql : SCHEMA) {
      statement.execute(sql);
    }
  }
}
