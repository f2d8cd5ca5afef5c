package dev.outpour.history.sqlite.file;

import dev.outpour.history.Digest;
import dev.outpour.history.KeyEntry;
import dev.outpour.history.index.KeyPartitions;
import dev.outpour.history.sqlite.keys.KeyLimit;
import dev.outpour.history.sqlite.keys.KeyRows;
import dev.outpour.history.sqlite.table.NumberQuery;
import dev.outpour.update.Key;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Upgrades a log's file from format version 1 to 2: keys stored as text become digests, in tables
 * by time.
 *
 * <p>The upgrade is one transaction. If it is interrupted, the next start finds the file unchanged
 * or upgraded. Methods block; they are used before the log is.
 */
final class LogUpgrade {

  private static final Logger log = LoggerFactory.getLogger(LogUpgrade.class);

  /** Half of the tables: the others take new keys before the oldest keys expire. */
  private static final int TABLES = KeyPartitions.TABLES / 2;

  /** How many rows are inserted at a time. */
  private static final int BATCH = 1_000;

  private final Connection connection;
  private final String name;

  private LogUpgrade(Connection connection, String name) {
    this.connection = connection;
    this.name = name;
  }

  /**
   * Upgrades a log of version 1; leaves others as they are.
   *
   * @param name of the file, for messages
   */
  static void runIfDue(Connection connection, String name) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (LogSchema.version(statement) == LogSchema.FORMER_VERSION) {
        new LogUpgrade(connection, name).run(statement);
      }
    }
  }

  private void run(Statement statement) throws SQLException {
    long begun = System.nanoTime();
    long updates = NumberQuery.once(statement, "SELECT count(*) FROM updates");
    long keys = NumberQuery.once(statement, "SELECT count(*) FROM keys");
    KeyLimit.checkRoomFor(keys);
    log.info(
        "Upgrading {} from format version {} to {} ({} updates, {} idempotency keys). If this is"
            + " interrupted, the next start upgrades it",
        name,
        LogSchema.FORMER_VERSION,
        LogSchema.VERSION,
        updates,
        keys);
    statement.execute("BEGIN IMMEDIATE");
    statement.execute("ALTER TABLE log ADD COLUMN brought INTEGER NOT NULL DEFAULT 0");
    LogSchema.create(statement);
    if (keys > 0) {
      moveKeys(statement);
    }
    statement.execute("DROP TABLE keys");
    statement.execute("UPDATE log SET version = " + LogSchema.VERSION + ", brought = " + keys);
    statement.execute("COMMIT");
    log.info(
        "Upgraded {} to format version {} in {} ms: earlier versions of the hub can no longer read"
            + " it",
        name,
        LogSchema.VERSION,
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
  }

  private void moveKeys(Statement statement) throws SQLException {
    long oldest = NumberQuery.once(statement, "SELECT min(time) FROM keys");
    long span = (NumberQuery.once(statement, "SELECT max(time) FROM keys") - oldest) / TABLES + 1;
    List<Filling> tables = fillings(statement, oldest, span);
    try (ResultSet row =
        statement.executeQuery("SELECT scope, name, fingerprint, sequence, time FROM keys")) {
      while (row.next()) {
        long time = row.getLong(5);
        KeyEntry entry =
            new KeyEntry(
                Digest.of(new Key(row.getString(1), row.getString(2))),
                Digest.read(ByteBuffer.wrap(row.getBytes(3))),
                row.getLong(4),
                time);
        tables.get((int) ((time - oldest) / span)).add(entry);
      }
    }
    for (Filling table : tables) {
      table.end();
    }
  }

  /** The tables; each begins with the number after the last key of the one before. */
  private List<Filling> fillings(Statement statement, long oldest, long span) throws SQLException {
    long[] keys = new long[TABLES];
    try (ResultSet row =
        statement.executeQuery(
            "SELECT (time - " + oldest + ") / " + span + ", count(*) FROM keys GROUP BY 1")) {
      while (row.next()) {
        keys[row.getInt(1)] = row.getLong(2);
      }
    }
    List<Filling> tables = new ArrayList<>();
    long first = 1;
    for (int table = 0; table < TABLES; table++) {
      tables.add(new Filling(connection, table, first));
      first += keys[table];
    }
    return tables;
  }

  /** Fills one table. */
  private static final class Filling {
    private final ByteBuffer row = ByteBuffer.allocate(KeyRows.ENTRIES * KeyEntry.BYTES);
    private final PreparedStatement insert;
    private long first;
    private int waiting;

    Filling(Connection connection, int table, long first) throws SQLException {
      this.insert =
          connection.prepareStatement("INSERT INTO " + KeyRows.name(table) + " VALUES (?, ?)");
      this.first = first;
    }

    void add(KeyEntry entry) throws SQLException {
      entry.write(row);
      if (!row.hasRemaining()) {
        addRow();
      }
    }

    private void addRow() throws SQLException {
      first += KeyRows.add(insert, first, row).length / KeyEntry.BYTES;
      waiting++;
      if (waiting == BATCH) {
        insert.executeLargeBatch();
        waiting = 0;
      }
    }

    void end() throws SQLException {
      if (row.position() > 0) {
        addRow();
      }
      if (waiting > 0) {
        insert.executeLargeBatch();
      }
      insert.close();
    }
  }
}
