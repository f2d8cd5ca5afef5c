package dev.outpour.history.sqlite;

import dev.outpour.history.sqlite.file.FileIdentity;
import dev.outpour.history.sqlite.file.WalMark;
import dev.outpour.history.sqlite.table.NumberQuery;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The write-ahead log of the connection that writes: how long it is, its {@link WalMark}, and
 * checkpoints. Methods block and are for the log's writing thread.
 */
final class WriteAheadLog {

  /** At this many pages the write-ahead log is copied into the file: 8 MB. */
  static final int LONG_PAGES = 2048;

  /** How many changes pass between two looks at the length; each writes a few pages at most. */
  private static final int CHANGES_BETWEEN_LOOKS = 256;

  static final int PAGE_BYTES = 4096;

  private final Statement statement;
  private final NumberQuery length;

  /** The mark that the file and its write-ahead log share. */
  private int mark;

  /** The mark that the transaction under way writes. */
  private int nextMark;

  /** Whether the whole write-ahead log has reached the file since the mark was written. */
  private boolean markIsDue = true;

  /** Commits, inserted and deleted rows, and pages of data since the last look at the length. */
  private long changes;

  /** Writes a new mark in the transaction that is under way. */
  WriteAheadLog(Connection connection, Statement statement) throws SQLException {
    this.statement = statement;
    this.length = new NumberQuery(connection, "PRAGMA wal_checkpoint(NOOP)", 3);
    this.mark = WalMark.after((int) NumberQuery.once(statement, "PRAGMA user_version"));
    write(mark);
  }

  /** Writes a new mark in the transaction that is under way, if one is due. */
  void writeMark() throws SQLException {
    nextMark = markIsDue ? WalMark.after(mark) : mark;
    if (markIsDue) {
      write(nextMark);
    }
  }

  /** Writes the present mark again, which fails while the disk accepts no writes. */
  void probe() throws SQLException {
    write(mark);
  }

  private void write(int value) throws SQLException {
    statement.execute("PRAGMA user_version = " + value);
  }

  /**
   * Takes over a transaction that was committed.
   *
   * @param rows how many rows it inserted or deleted
   * @param bytes how many bytes of data it added
   */
  void committed(long rows, long bytes) {
    mark = nextMark;
    markIsDue = false;
    changes += 1 + rows + bytes / PAGE_BYTES;
  }

  /** Whether the file lacks many pages of the write-ahead log. */
  boolean isLong() throws SQLException {
    if (changes < CHANGES_BETWEEN_LOOKS) {
      return false;
    }
    changes = 0;
    FileIdentity.WriteAhead now = progress();
    return now.frames() - now.checkpointed() >= LONG_PAGES;
  }

  /** How far it has come, whichever program has written or checkpointed it. */
  FileIdentity.WriteAhead progress() throws SQLException {
    if (!length.ask()) {
      throw new SQLException("SQLite does not report the length of the write-ahead log");
    }
    return new FileIdentity.WriteAhead(length.column(1), length.column(2));
  }

  /**
   * Copies the write-ahead log into the file, up to the pages that an open read transaction still
   * needs. If there is none, the next commit restarts the write-ahead log from its beginning.
   *
   * @return whether all of it is in the file
   */
  boolean checkpoint() throws SQLException {
    try (ResultSet wal = statement.executeQuery("PRAGMA wal_checkpoint(PASSIVE)")) {
      boolean all = wal.next() && wal.getInt(1) == 0 && wal.getInt(2) == wal.getInt(3);
      // Now the file is sure to have the mark, so the next one can refer to it.
      markIsDue |= all;
      return all;
    }
  }
}
