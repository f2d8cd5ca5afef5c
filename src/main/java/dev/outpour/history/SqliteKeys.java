package dev.outpour.history;

import dev.outpour.update.Key;
import dev.outpour.update.Position;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * The publishers' keys in the log's file, written in the transaction of the updates they stand for.
 * It blocks; it is used by the log's writing thread alone.
 */
final class SqliteKeys {

  private final long keepMillis;
  private final PreparedStatement find;
  private final PreparedStatement insert;
  private final PreparedStatement delete;
  private final PreparedStatement oldest;

  /** No key is older than this; known, so that most commits need not look. */
  private long oldestMillis;

  SqliteKeys(Connection connection, long keepMillis) throws SQLException {
    this.keepMillis = keepMillis;
    this.find =
        connection.prepareStatement(
            "SELECT fingerprint, epoch, sequence, time FROM keys WHERE scope = ? AND name = ?");
    this.insert =
        connection.prepareStatement("INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?, ?, ?)");
    this.delete =
        connection.prepareStatement(
            "DELETE FROM keys WHERE (scope, name) IN (SELECT scope, name FROM keys"
                + " WHERE time <= ? ORDER BY time LIMIT ?)");
    this.oldest = connection.prepareStatement("SELECT min(time) FROM keys");
    this.oldestMillis = oldest();
  }

  /** The time of the newest one; 0 if there is none. */
  long newestMillis() throws SQLException {
    try (Statement statement = oldest.getConnection().createStatement()) {
      return LogFile.count(statement, "SELECT max(time) FROM keys");
    }
  }

  private long oldest() throws SQLException {
    try (ResultSet row = oldest.executeQuery()) {
      row.next();
      long time = row.getLong(1);
      return row.wasNull() ? Long.MAX_VALUE : time;
    }
  }

  /** What a key stands for, if it is remembered. */
  KeyMemory.@Nullable Entry find(Key key, long nowMillis) throws SQLException {
    find.setString(1, key.scope());
    find.setString(2, key.name());
    try (ResultSet row = find.executeQuery()) {
      if (!row.next() || row.getLong(4) <= nowMillis - keepMillis) {
        return null;
      }
      return new KeyMemory.Entry(
          ByteBuffer.wrap(row.getBytes(1)),
          new Position(row.getString(2), row.getLong(3)),
          row.getLong(4));
    }
  }

  void remember(Key key, KeyMemory.Entry entry) throws SQLException {
    byte[] digest = new byte[entry.fingerprint().remaining()];
    entry.fingerprint().duplicate().get(digest);
    insert.setString(1, key.scope());
    insert.setString(2, key.name());
    insert.setBytes(3, digest);
    insert.setString(4, entry.position().epoch());
    insert.setLong(5, entry.position().sequence());
    insert.setLong(6, entry.timeMillis());
    insert.executeUpdate();
    oldestMillis = Math.min(oldestMillis, entry.timeMillis());
  }

  /** Forgets what is old enough, at most so many; returns how many. */
  int forget(long nowMillis, int most) throws SQLException {
    long expired = nowMillis - keepMillis;
    if (oldestMillis > expired) {
      return 0;
    }
    delete.setLong(1, expired);
    delete.setInt(2, most);
    int forgotten = delete.executeUpdate();
    oldestMillis = oldest();
    return forgotten;
  }
}
