package dev.outpour.history.sqlite;

import dev.outpour.history.sqlite.table.NumberQuery;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A log of format version 1; a README beside the file lists its contents. */
public final class FormOne {

  public static final String FIRST_EPOCH = "TDQhDikSJL";
  public static final String SECOND_EPOCH = "Ahgva2iDgU";
  public static final int UPDATES = 20;
  public static final int KEYS = 18;

  /** The time of its newest update. */
  public static final long NEWEST_MILLIS = read("SELECT max(time) FROM updates");

  private FormOne() {}

  private static long read(String sql) {
    try {
      Path copy = Files.createTempFile("form-1", ".db");
      try {
        copyTo(copy);
        return number(copy, sql);
      } finally {
        Files.delete(copy);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Copies it to a file. */
  public static void copyTo(Path file) throws IOException {
    try (InputStream from = FormOne.class.getResourceAsStream("/history/form-1.db")) {
      Files.write(file, from.readAllBytes());
    }
  }

  /** Adds keys of removed updates, spread over a day before the newest. */
  public static void addKeys(Path file, int count) {
    execute(
        file,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
            + count
            + ") INSERT INTO keys SELECT 'someone', 'many-' || i, randomblob(32), '"
            + FIRST_EPOCH
            + "', 1, (SELECT max(time) FROM updates) - i * 80000 / "
            + count
            + " * 1000 FROM n");
  }

  /** Adds updates of 100 bytes after the newest; they can be counted, but not read. */
  public static void addUpdates(Path file, int count) {
    execute(
        file,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
            + count
            + ") INSERT INTO updates SELECT 20 + i, (SELECT max(time) FROM updates),"
            + " 'many/' || (i % 1000), NULL, NULL, 'text', 0, 200, zeroblob(100), 0 FROM n");
    execute(
        file,
        "INSERT INTO pages SELECT sequence, (sequence - 20) * 200 + 100000 FROM updates"
            + " WHERE sequence > 20 AND sequence % 500 = 0");
  }

  private static void execute(Path file, String sql) {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  public static long number(Path file, String sql) {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      return NumberQuery.once(statement, sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
