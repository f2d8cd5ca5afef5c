package dev.outpour.history.sqlite.keys;

import dev.outpour.history.Digest;
import dev.outpour.history.KeyEntry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writes many idempotency keys into a log, faster than by publishing them. */
public final class HeldKeys {

  private static final int HOURS = 23;
  private static final int TABLES = 29;
  private static final int AT_A_TIME = 100_000;

  private HeldKeys() {}

  /** Adds keys, all of one time, to a log that has one key. */
  static void fillBehind(Path file, int count, long millis) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      connection.setAutoCommit(false);
      KeyRows rows = new KeyRows(connection);
      KeyRows.Present held = rows.present().get(0);
      rows.continueIn(held);
      rows.begin();
      rows.append(held.table(), held.next(), entries(new Random(1), count, 1, millis));
      connection.commit();
    }
  }

  /** Adds keys of the last hours to a log without keys, spread over its tables. */
  public static void fill(Path file, int count, long nowMillis) throws SQLException {
    Random random = new Random(1);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      connection.setAutoCommit(false);
      KeyRows rows = new KeyRows(connection);
      long number = 1;
      for (int table = 0; table < TABLES; table++) {
        long last = (long) count * (table + 1) / TABLES;
        long time = nowMillis - (TABLES - table) * (HOURS * 3_600_000L / TABLES);
        while (number <= last) {
          int some = (int) Math.min(AT_A_TIME, last - number + 1);
          rows.begin();
          rows.append(table, number, entries(random, some, number, time));
          rows.committed();
          number += some;
        }
      }
      connection.commit();
    }
  }

  private static List<KeyEntry> entries(Random random, int count, long number, long time) {
    List<KeyEntry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Digest key = new Digest(random.nextLong(), random.nextLong());
      entries.add(new KeyEntry(key, key, number + i, time));
    }
    return entries;
  }
}
