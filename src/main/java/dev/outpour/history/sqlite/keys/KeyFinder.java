package dev.outpour.history.sqlite.keys;

import dev.outpour.history.KeyEntry;
import dev.outpour.history.index.KeyPartitions;
import dev.outpour.history.index.KeyPartitions.Partition;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Reads single idempotency keys from the log's file. Methods block; for one thread at a time. */
final class KeyFinder {

  private final Connection connection;
  private final @Nullable PreparedStatement[] find =
      new @Nullable PreparedStatement[KeyPartitions.TABLES];

  KeyFinder(Connection connection) {
    this.connection = connection;
  }

  /** The key with a number; null if the table does not have it. */
  @Nullable KeyEntry read(Partition partition, long number) throws SQLException {
    PreparedStatement row = find(partition.table());
    row.setLong(1, number);
    try (ResultSet found = row.executeQuery()) {
      if (!found.next()) {
        return null;
      }
      ByteBuffer entries = ByteBuffer.wrap(found.getBytes(2));
      int at = (int) (number - found.getLong(1)) * KeyEntry.BYTES;
      return at + KeyEntry.BYTES > entries.limit() ? null : KeyEntry.read(entries.position(at));
    }
  }

  private PreparedStatement find(int table) throws SQLException {
    PreparedStatement prepared = find[table];
    if (prepared == null) {
      prepared =
          connection.prepareStatement(
              "SELECT first, entries FROM "
                  + KeyRows.name(table)
                  + " WHERE first <= ? ORDER BY first DESC LIMIT 1");
      find[table] = prepared;
    }
    return prepared;
  }
}
