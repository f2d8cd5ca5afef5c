package dev.outpour.history.sqlite.keys;

import dev.outpour.history.Digest;
import dev.outpour.history.KeyEntry;
import dev.outpour.history.index.KeyIndex;
import dev.outpour.history.index.KeyPartitions;
import dev.outpour.history.index.KeyPartitions.Partition;
import dev.outpour.history.sqlite.table.NumberQuery;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The tables of idempotency keys in the log's file. A row has up to {@value #ENTRIES} keys; the
 * last row of a table is rewritten until it is full. Methods block; for one thread at a time.
 */
public final class KeyRows {

  /** Four rows fill a page. */
  public static final int ENTRIES = 21;

  /**
   * A table that is not empty.
   *
   * @param first the number of its first key
   * @param next one more than the number of its last key
   */
  record Present(int table, long first, long next) {}

  /** The last row of a table. */
  private record Tail(int table, long first, ByteBuffer entries) {
    long next() {
      return first + entries.capacity() / KeyEntry.BYTES;
    }
  }

  private final Connection connection;

  /** Null if the next key begins a row. */
  private @Nullable Tail tail;

  /** The tail after the transaction under way. */
  private @Nullable Tail nextTail;

  private int insertTable = -1;
  private @Nullable PreparedStatement insert;

  KeyRows(Connection connection) {
    this.connection = connection;
  }

  /** The name of a table. */
  public static String name(int table) {
    return "keys_" + (table < 10 ? "0" : "") + table;
  }

  /** The tables that are not empty, in the order of their keys. */
  List<Present> present() throws SQLException {
    List<Present> present = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      for (int table = 0; table < KeyPartitions.TABLES; table++) {
        long first = NumberQuery.once(statement, "SELECT min(first) FROM " + name(table));
        if (first > 0) {
          present.add(new Present(table, first, next(statement, table)));
        }
      }
    }
    present.sort(Comparator.comparingLong(Present::first));
    return present;
  }

  private static long next(Statement statement, int table) throws SQLException {
    return NumberQuery.once(
        statement,
        "SELECT first + length(entries) / "
            + KeyEntry.BYTES
            + " FROM "
            + name(table)
            + " ORDER BY first DESC LIMIT 1");
  }

  /**
   * Reads the last row of the newest table, so that the next key continues it.
   *
   * @return the time of the newest key in that row
   */
  long continueIn(Present newest) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(rows(newest.table()) + " DESC LIMIT 1")) {
      row.next();
      byte[] entries = row.getBytes(2);
      tail = tail(newest.table(), row.getLong(1), entries);
      long time = 0;
      for (int at = 0; at < entries.length; at += KeyEntry.BYTES) {
        time = Math.max(time, time(ByteBuffer.wrap(entries), at));
      }
      return time;
    }
  }

  private static String rows(int table) {
    return "SELECT first, entries FROM " + name(table) + " ORDER BY first";
  }

  private static long time(ByteBuffer entries, int at) {
    return entries.getLong(at + KeyEntry.BYTES - Long.BYTES);
  }

  /**
   * Reads a whole table into an index.
   *
   * @param closed whether to stop
   */
  static Partition load(
      Connection connection, Present table, KeyIndex index, BooleanSupplier closed)
      throws SQLException {
    long oldest = Long.MAX_VALUE;
    long newest = 0;
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(rows(table.table()))) {
      while (row.next()) {
        if (closed.getAsBoolean()) {
          throw new SQLException("The log was closed while its keys were read");
        }
        long number = row.getLong(1);
        ByteBuffer entries = ByteBuffer.wrap(row.getBytes(2));
        for (int at = 0; at < entries.limit(); at += KeyEntry.BYTES) {
          index.add(Digest.read(entries.position(at)), number++);
          oldest = Math.min(oldest, time(entries, at));
          newest = Math.max(newest, time(entries, at));
        }
      }
    }
    return new Partition(table.table(), table.first(), table.next(), oldest, newest);
  }

  private static @Nullable Tail tail(int table, long first, byte[] entries) {
    return entries.length < ENTRIES * KeyEntry.BYTES
        ? new Tail(table, first, ByteBuffer.wrap(entries))
        : null;
  }

  /** Begins a transaction. */
  void begin() throws SQLException {
    nextTail = tail;
    if (insert != null) {
      insert.clearBatch();
    }
  }

  /**
   * Adds keys to a table.
   *
   * @param number the number of the first of them
   */
  void append(int table, long number, Collection<KeyEntry> entries) throws SQLException {
    PreparedStatement rows = insert(table);
    Tail begun = nextTail;
    ByteBuffer row = ByteBuffer.allocate(ENTRIES * KeyEntry.BYTES);
    long first = number;
    if (begun != null && begun.table() == table && begun.next() == number) {
      row.put(begun.entries().duplicate());
      first = begun.first();
    }
    for (KeyEntry entry : entries) {
      entry.write(row);
      if (!row.hasRemaining()) {
        add(rows, first, row);
        first += ENTRIES;
      }
    }
    nextTail =
        row.position() == 0 ? null : new Tail(table, first, ByteBuffer.wrap(add(rows, first, row)));
    rows.executeLargeBatch();
  }

  /** Adds a row of keys to a batch, and empties the buffer. */
  public static byte[] add(PreparedStatement rows, long first, ByteBuffer row) throws SQLException {
    byte[] entries = new byte[row.flip().remaining()];
    row.get(entries);
    row.clear();
    rows.setLong(1, first);
    rows.setBytes(2, entries);
    rows.addBatch();
    return entries;
  }

  private PreparedStatement insert(int table) throws SQLException {
    if (insert == null || insertTable != table) {
      if (insert != null) {
        insert.close();
      }
      insert =
          connection.prepareStatement(
              "INSERT INTO "
                  + name(table)
                  + " VALUES (?, ?) ON CONFLICT (first) DO UPDATE SET entries = excluded.entries");
      insertTable = table;
    }
    return insert;
  }

  /** Empties a table: SQLite frees its pages without writing them. */
  void empty(int table) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("DELETE FROM " + name(table));
    }
    if (nextTail != null && nextTail.table() == table) {
      nextTail = null;
    }
  }

  /** Applies the transaction, which was committed. */
  void committed() {
    tail = nextTail;
  }
}
