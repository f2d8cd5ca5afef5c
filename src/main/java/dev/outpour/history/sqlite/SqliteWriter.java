package dev.outpour.history.sqlite;

import dev.outpour.history.Admission;
import dev.outpour.history.History;
import dev.outpour.history.LogClock;
import dev.outpour.history.Retention;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.history.sqlite.file.FileIdentity;
import dev.outpour.history.sqlite.file.ForeignWriterException;
import dev.outpour.history.sqlite.file.SqliteFile;
import dev.outpour.history.sqlite.keys.KeyLoad;
import dev.outpour.history.sqlite.keys.SqliteKeys;
import dev.outpour.history.sqlite.table.NumberQuery;
import dev.outpour.history.sqlite.table.SqliteEndedTopics;
import dev.outpour.history.sqlite.table.UpdateInserts;
import dev.outpour.update.Batch;
import dev.outpour.update.Lineage;
import dev.outpour.update.LogHead;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Update;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection that writes the log's file: one transaction and one sync for each group.
 *
 * <p>Its state in memory advances only with a commit. After a failure, either roll back, or close
 * it and open the file again. Methods block and are for the log's writing thread, except where they
 * say otherwise.
 */
public final class SqliteWriter implements FileIdentity.Writer, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SqliteWriter.class);
  private static final int TRIM_STEP = 256;
  private static final long TRIM_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** How long opening waits for the keys to be read; a small log needs less. */
  private static final int KEYS_MILLIS = 2_000;

  private final Connection connection;

  /**
   * Begins and ends transactions. SQLite may end one by itself without the driver noticing, and the
   * driver closes a prepared statement for good once it has met a full disk.
   */
  private final Statement control;

  private final Retention retention;
  private final LogClock clock;
  private final TopicDirectory directory;
  private final LogEpoch epoch;
  private final WriteAheadLog writeAheadLog;
  private final SqliteKeys keys;
  private final SqliteTransaction transaction;
  private final SqliteTrimmer trimmer;

  /** Written by the writing thread alone. */
  private volatile LogState state;

  private volatile boolean overdue;

  /** Whether a COMMIT was begun whose result was not {@linkplain #answered answered} yet. */
  private boolean committing;

  /**
   * Opens the file and begins a new epoch, which is synced before this returns.
   *
   * @param before the head when this process last had the file open; null the first time
   * @throws ForeignWriterException if another hub has opened the file since
   */
  static SqliteWriter open(
      SqliteFile file,
      Retention retention,
      LogClock clock,
      TopicDirectory directory,
      @Nullable LogHead before)
      throws SQLException {
    return open(
        file, retention, clock, directory, before, new KeyLoad.Plan(file::openToRead, KEYS_MILLIS));
  }

  /**
   * Opens the file and begins a new epoch.
   *
   * @param keys how the idempotency keys are read
   */
  public static SqliteWriter open(
      SqliteFile file,
      Retention retention,
      LogClock clock,
      TopicDirectory directory,
      @Nullable LogHead before,
      KeyLoad.Plan keys)
      throws SQLException {
    Connection connection = file.openToWrite();
    try {
      return new SqliteWriter(connection, retention, clock, directory, before, keys);
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private SqliteWriter(
      Connection connection,
      Retention retention,
      LogClock clock,
      TopicDirectory directory,
      @Nullable LogHead before,
      KeyLoad.Plan plan)
      throws SQLException {
    this.directory = directory;
    this.connection = connection;
    this.control = connection.createStatement();
    this.retention = retention;
    this.clock = clock;
    try (Statement statement = connection.createStatement()) {
      LogEpoch.beginTransaction(statement, before);
      this.state = LogState.load(statement, clock);
      this.writeAheadLog = new WriteAheadLog(connection, control);
      this.epoch = LogEpoch.begin(connection, statement, state);
    }
    SqliteEndedTopics ended = new SqliteEndedTopics(connection);
    UpdateInserts inserts = new UpdateInserts(connection);
    this.trimmer = new SqliteTrimmer(connection, retention, ended);
    directory.begin(state.earliest());
    // Loading the keys starts a thread that close() must stop: nothing may fail after this.
    this.keys = new SqliteKeys(connection, retention, plan);
    this.transaction =
        new SqliteTransaction(
            inserts, keys, ended, directory, epoch.lineage().current().name(), state);
    clock.notBefore(keys.newestMillis());
  }

  LogHead head() {
    return epoch.head(state);
  }

  /** All epochs in the file; from any thread. */
  Lineage lineage() {
    return epoch.all();
  }

  /** How much the file retains; from any thread. */
  public History.Retained retained() {
    return state.retained(keys.count()).withTopics(directory.size());
  }

  /** Appends a group and removes expired updates, in one transaction. */
  public History.Commit append(List<Batch> group) throws SQLException {
    LogState before = state;
    committing = false;
    control.execute("BEGIN IMMEDIATE");
    epoch.checkOwner();
    keys.begin();
    long timeMillis = clock.nextMillis();
    long ageMillis = clock.ageMillis();
    transaction.begin(before, timeMillis, ageMillis);
    List<Outcome> outcomes =
        new Admission<>(transaction, epoch.lineage(), retention, timeMillis).admit(group);
    transaction.flush();
    List<Update> added = transaction.added();
    long forgotten = keys.forget(ageMillis);
    LogState after = trim(added.size(), retention.expiredBefore(ageMillis));
    writeAheadLog.writeMark();
    committing = true;
    control.execute("COMMIT");
    directory.appended(added);
    trimmer.removed().forEach(each -> directory.removed(each.topics(), each.sequence()));
    state = after;
    keys.committed();
    writeAheadLog.committed(
        added.size() + after.earliest() - before.earliest() + forgotten,
        after.bytes() - before.bytes());
    Page page = new Page(epoch.lineage(), after.earliest(), before.last(), after.last(), added);
    return new History.Commit(outcomes, page);
  }

  private LogState trim(int added, long expiredBefore) throws SQLException {
    // A group without updates has time to remove more: only the next group waits for it.
    long nanos = added == 0 ? TRIM_NANOS : 0;
    LogState left = trimmer.trim(transaction.next(), expiredBefore, TRIM_STEP + 2 * added, nanos);
    overdue = left.exceeds(retention, expiredBefore);
    return left;
  }

  /** Whether the last append had begun to commit; if it had not, nothing of it is stored. */
  boolean isCommitting() {
    return committing;
  }

  /** Notes that the publishers of the last append have their answer. */
  void answered() {
    committing = false;
  }

  /** Whether the last append left updates that the retention no longer allows; any thread. */
  boolean isOverdue() {
    return overdue;
  }

  /** Rolls a failed append back, unless SQLite has done so already. */
  void rollback() {
    try {
      transaction.clear();
      control.execute("ROLLBACK");
    } catch (SQLException e) {
      log.debug("Nothing to roll back: {}", e.getMessage());
    }
  }

  WriteAheadLog writeAheadLog() {
    return writeAheadLog;
  }

  @Override
  public FileIdentity.WriteAhead writeAhead() throws SQLException {
    return writeAheadLog.progress();
  }

  @Override
  public boolean isTakenOver() {
    try {
      epoch.checkOwner();
      return false;
    } catch (SQLException e) {
      return e instanceof ForeignWriterException;
    }
  }

  @Override
  public long bytes() throws SQLException {
    return WriteAheadLog.PAGE_BYTES * NumberQuery.once(control, "PRAGMA page_count");
  }

  @Override
  public void close() throws SQLException {
    keys.close();
    connection.close();
  }
}
