package dev.outpour.history.sqlite.file;

import dev.outpour.files.PrivateFiles;
import dev.outpour.history.sqlite.table.CorruptLogException;
import dev.outpour.history.sqlite.table.NumberQuery;
import dev.outpour.history.sqlite.table.UpdateRow;
import dev.outpour.settings.CannotStartException;
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

/** A verified copy of a backup of a log's file. Methods block; for one thread. */
public final class LogCopy {

  private static final List<String> PARTS = List.of("", "-wal", "-shm", "-journal");

  private final Path path;

  /**
   * The contents of a log's file.
   *
   * @param updates how many updates it retains
   * @param damaged how many of them cannot be read
   * @param last the sequence number of the newest update ever appended
   * @param newestMillis the time of the newest readable update; 0 if there is none
   */
  public record Contents(long updates, long damaged, long last, long newestMillis) {}

  LogCopy(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /**
   * Copies a log with everything that was committed to it.
   *
   * @throws CannotStartException if it is not a log that this version reads
   * @throws SQLException if it is damaged beyond single updates
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

  /**
   * Copies into an existing private file; a file that the copy creates would be readable by all.
   */
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
    // Leave everything in the one file.
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
          newest = UpdateRow.read(row, UpdateRow.UNKNOWN_LINEAGE).timeMillis();
        } catch (CorruptLogException e) {
          damaged++;
        }
      }
    }
    return new Contents(updates, damaged, last, newest);
  }

  /** Removes the copy, if it is still there. */
  void delete() throws IOException {
    for (String part : PARTS) {
      Files.deleteIfExists(LogFileNames.beside(path, part));
    }
  }
}
