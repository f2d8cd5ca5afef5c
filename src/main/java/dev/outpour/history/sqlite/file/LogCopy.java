package dev.outpour.history.sqlite.file;

import dev.outpour.files.PrivateFiles;
import dev.outpour.history.sqlite.table.CorruptLogException;
import dev.outpour.history.sqlite.table.NumberQuery;
import dev.outpour.history.sqlite.table.UpdateRow;
import dev.outpour.settings.CannotStartException;
import dev.outpour.update.Lineage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.sqlite.SQLiteConfig;

/** A copy of a log's file, made of a backup and looked through. It blocks; for one thread. */
public final class LogCopy {

  private static final List<String> PARTS = List.of("", "-wal", "-shm", "-journal");
  private static final Lineage UNKNOWN = new Lineage(List.of(new Lineage.Epoch("unknown0", 1)));

  private final Path path;

  /**
   * What stands in a log's file.
   *
   * @param updates how many it retains
   * @param damaged how many of them cannot be read
   * @param last the number of the newest ever appended
   * @param newestMillis the time of the newest that can be read; 0 if none can
   */
  public record Contents(long updates, long damaged, long last, long newestMillis) {}

  LogCopy(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /**
   * Copies a log, and all that was committed to it.
   *
   * @throws CannotStartException if it is none that this version reads
   * @throws SQLException if it is damaged where that cannot be told to readers
   */
  Contents make(Path source) throws IOException, SQLException {
    delete();
    WalFile.check(source);
    copy(source, path);
    Path writeAhead = LogFileNames.wal(source);
    if (Files.exists(writeAhead)) {
      copy(writeAhead, LogFileNames.wal(path));
    }
    SQLiteConfig config = new SQLiteConfig();
    try (Connection connection = config.createConnection("jdbc:sqlite:" + path);
        Statement statement = connection.createStatement()) {
      return read(statement, source);
    }
  }

  /** Into a file that is there: a copy would be made for all to read. */
  private static void copy(Path from, Path to) throws IOException {
    try (OutputStream out = Files.newOutputStream(PrivateFiles.create(to))) {
      Files.copy(from, out);
    }
  }

  private static Contents read(Statement statement, Path source) throws SQLException {
    LogSchema.check(statement, source.toString());
    try (ResultSet found = statement.executeQuery("PRAGMA integrity_check(1)")) {
      if (found.next() && !"ok".equals(found.getString(1))) {
        throw new CorruptLogException(found.getString(1));
      }
    }
    Contents contents = updates(statement);
    // All of it is to lie in the one file.
    SqliteFile.checkpoint(statement);
    return contents;
  }

  private static Contents updates(Statement statement) throws SQLException {
    long last = NumberQuery.once(statement, "SELECT last FROM log");
    long updates = 0;
    long damaged = 0;
    long newest = 0;
    try (ResultSet row =
        statement.executeQuery("SELECT " + UpdateRow.COLUMNS + " FROM updates ORDER BY sequence")) {
      while (row.next()) {
        updates++;
        last = Math.max(last, row.getLong(1));
        try {
          newest = UpdateRow.read(row, UNKNOWN).timeMillis();
        } catch (CorruptLogException e) {
          damaged++;
        }
      }
    }
    return new Contents(updates, damaged, last, newest);
  }

  /** Removes it, if it is still there. */
  void delete() throws IOException {
    for (String part : PARTS) {
      Files.deleteIfExists(LogFileNames.beside(path, part));
    }
  }
}
