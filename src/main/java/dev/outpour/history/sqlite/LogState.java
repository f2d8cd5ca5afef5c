package dev.outpour.history.sqlite;

import dev.outpour.history.History;
import dev.outpour.history.LogClock;
import dev.outpour.history.Retention;
import dev.outpour.history.sqlite.table.CorruptLogException;
import dev.outpour.history.sqlite.table.NumberQuery;
import dev.outpour.history.sqlite.table.UpdateRow;
import dev.outpour.update.Page;
import dev.outpour.update.Update;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The state of a log in a file, as far as its writer needs it.
 *
 * @param earliest the sequence number of the earliest update retained; {@code last + 1} if none is
 * @param last the sequence number of the newest update
 * @param bytes the bytes of all updates ever appended
 * @param removedBytes the bytes of those that were removed
 * @param oldestMillis the time of the earliest update retained
 * @param pageUpdates how many updates the growing page has
 * @param pageBytes how many bytes they have
 * @param ended how many topics have ended
 */
record LogState(
    long earliest,
    long last,
    long bytes,
    long removedBytes,
    long oldestMillis,
    int pageUpdates,
    int pageBytes,
    long ended) {

  /** The column of the weight in {@link UpdateRow#COLUMNS}. */
  private static final int WEIGHT = 8;

  /**
   * Reads the state from the file, in the time of one page however long the log is. Removes ended
   * topics whose last update is missing.
   */
  static LogState load(Statement statement, LogClock clock) throws SQLException {
    long earliest = NumberQuery.once(statement, "SELECT min(sequence) FROM updates");
    long newest = NumberQuery.once(statement, "SELECT max(sequence) FROM updates");
    long last = Math.max(newest, NumberQuery.once(statement, "SELECT last FROM log"));
    long pageFirst = NumberQuery.once(statement, "SELECT max(first) FROM pages");
    long before = NumberQuery.once(statement, "SELECT bytes FROM pages WHERE first = " + pageFirst);
    int pageBytes = 0;
    try (ResultSet row =
        statement.executeQuery(
            "SELECT "
                + UpdateRow.COLUMNS
                + " FROM updates WHERE sequence >= "
                + pageFirst
                + " ORDER BY sequence")) {
      while (row.next()) {
        try {
          Update update = UpdateRow.read(row, UpdateRow.UNKNOWN_LINEAGE);
          pageBytes += update.weight();
          clock.notBefore(update.timeMillis());
        } catch (CorruptLogException e) {
          // Subscribers are told about the damage; the log continues after it.
          pageBytes += Math.max(0, Math.min(row.getInt(WEIGHT), Page.MAX_BYTES));
        }
      }
    }
    long bytes = before + pageBytes;
    // In a damaged file, the updates that ended topics may be missing.
    long first = earliest == 0 ? last + 1 : earliest;
    statement.execute("DELETE FROM ended WHERE sequence < " + first);
    return new LogState(
        first,
        last,
        bytes,
        earliest == 0 ? bytes : bytesBefore(statement, earliest),
        NumberQuery.once(statement, "SELECT time FROM updates WHERE sequence = " + earliest),
        pageFirst == 0 ? 0 : (int) (last + 1 - pageFirst),
        pageBytes,
        NumberQuery.once(statement, "SELECT count(*) FROM ended"));
  }

  /** Counts by whole pages, although some updates of the earliest page may have been removed. */
  private static long bytesBefore(Statement statement, long earliest) throws SQLException {
    return NumberQuery.once(
        statement,
        "SELECT bytes FROM pages WHERE first <= " + earliest + " ORDER BY first DESC LIMIT 1");
  }

  /** Whether an update of this weight fits into the growing page. */
  boolean hasRoomFor(int weight) {
    return pageUpdates > 0
        && pageUpdates < Page.MAX_UPDATES
        && pageBytes + weight <= Page.MAX_BYTES;
  }

  /** The state after an update was appended, to the growing page or as the first of a new one. */
  LogState plus(Update update, boolean newPage) {
    int weight = update.weight();
    return new LogState(
        earliest,
        update.sequence(),
        bytes + weight,
        removedBytes,
        earliest > last ? update.timeMillis() : oldestMillis,
        newPage ? 1 : pageUpdates + 1,
        newPage ? weight : pageBytes + weight,
        update.end() ? ended + update.topics().size() : ended);
  }

  /**
   * The state after the earliest update was removed.
   *
   * @param ends how many topics it had ended
   */
  LogState minusEarliest(int weight, int ends) {
    return new LogState(
        earliest + 1,
        last,
        bytes,
        removedBytes + weight,
        oldestMillis,
        pageUpdates,
        pageBytes,
        ended - ends);
  }

  /**
   * The state with another earliest update; those before are missing in the file.
   *
   * @param ends how many topics they had ended
   */
  LogState withEarliest(long number, int ends) {
    return new LogState(
        number,
        last,
        bytes,
        number > last ? bytes : removedBytes,
        oldestMillis,
        pageUpdates,
        pageBytes,
        ended - ends);
  }

  History.Retained retained(long keys) {
    return new History.Retained(
        bytes - removedBytes, earliest > last ? 0 : oldestMillis, keys, 0, 0);
  }

  /** The state with another time of the earliest update. */
  LogState withOldest(long millis) {
    return new LogState(earliest, last, bytes, removedBytes, millis, pageUpdates, pageBytes, ended);
  }

  /** Whether the log retains more than it should. */
  boolean exceeds(Retention retention, long expiredBefore) {
    return retention.isExceeded(
        last - earliest + 1, bytes - removedBytes, oldestMillis, expiredBefore);
  }
}
