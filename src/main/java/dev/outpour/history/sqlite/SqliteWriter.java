package dev.outpour.history.sqlite;

import dev.outpour.history.Admission;
import dev.outpour.history.Digest;
import dev.outpour.history.History;
import dev.outpour.history.KeyEntry;
import dev.outpour.history.LogClock;
import dev.outpour.history.LogIds;
import dev.outpour.history.Retention;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.history.sqlite.file.FileIdentity;
import dev.outpour.history.sqlite.file.ForeignWriterException;
import dev.outpour.history.sqlite.file.SqliteFile;
import dev.outpour.history.sqlite.file.WalMark;
import dev.outpour.history.sqlite.keys.KeyLoad;
import dev.outpour.history.sqlite.keys.SqliteKeys;
import dev.outpour.history.sqlite.table.NumberQuery;
import dev.outpour.history.sqlite.table.SqliteEndedTopics;
import dev.outpour.history.sqlite.table.UpdateRow;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Lineage;
import dev.outpour.update.LogHead;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Position;
import dev.outpour.update.Refusal;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection that writes the log's file: one transaction and one sync for each group.
 *
 * <p>What it knows of the log in memory moves on only with a commit; after a failure it is to be
 * rolled back, or closed and the file opened anew. It blocks; it is used by the log's writing
 * thread alone.
 */
public final class SqliteWriter implements FileIdentity.Writer, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SqliteWriter.class);
  private static final int TRIM_STEP = 256;
  private static final long TRIM_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** From so many of its pages on the write-ahead log is brought into the file: 8 MB. */
  static final int LONG_PAGES = 2048;

  /** After so many changes it is looked how long it is; each writes some of its pages at most. */
  private static final int CHANGES_BETWEEN_LOOKS = 256;

  private static final int PAGE_BYTES = 4096;

  private static final String OF_THE_NEWEST = " FROM lineage ORDER BY rowid DESC LIMIT 1";

  /** How long it waits for the keys, of which a small log has few; then it goes on without. */
  private static final int KEYS_MILLIS = 2_000;

  private final Connection connection;

  /**
   * Begins and ends transactions: the driver would not notice that SQLite has ended one, and closes
   * a statement for good that was prepared and met a full disk.
   */
  private final Statement control;

  private final Retention retention;
  private final LogClock clock;
  private final TopicDirectory directory;
  private final String logId;

  /** All epochs that the file knows. */
  private final Lineage whole;

  /** Those that travel with heads and pages, the same for as long as this is open. */
  private final Lineage lineage;

  private final SqliteKeys keys;
  private final SqliteEndedTopics ends;
  private final SqliteTrimmer trimmer;
  private final NumberQuery isOwner;
  private final NumberQuery howLong;
  private final PreparedStatement insert;
  private final PreparedStatement insertFurther;
  private final PreparedStatement insertPage;

  /** Written by the writing thread alone. */
  private volatile LogState state;

  private volatile boolean overdue;

  /** Whether a COMMIT was begun that nobody has been told of. */
  private boolean committing;

  /** What the file and its write-ahead log have in common. */
  private int mark;

  /** Whether all of the write-ahead log was in the file since the mark was written. */
  private boolean markIsDue = true;

  /**
   * Commits, rows that came or went, and pages of data, since it was looked how long the
   * write-ahead log is.
   */
  private long changes;

  /**
   * Opens the file and begins a new epoch, which is synced into it before this returns.
   *
   * @param before the log as it was when this process had it open before; null the first time
   * @throws ForeignWriterException if another hub has opened it since
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
   * Opens the file as said before.
   *
   * @param keys how they are read
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
    this.howLong = new NumberQuery(connection, "PRAGMA wal_checkpoint(NOOP)", 3);
    try (Statement statement = connection.createStatement()) {
      this.logId = text(statement, "SELECT id FROM log");
      if (before != null && !before.logId().equals(logId)) {
        throw new SQLException("Another log lies in its place");
      }
      statement.execute("BEGIN IMMEDIATE");
      if (before != null
          && !text(statement, "SELECT epoch" + OF_THE_NEWEST)
              .equals(before.lineage().current().name())) {
        throw new ForeignWriterException();
      }
      this.state = LogState.load(statement, clock);
      this.mark =
          writeMark(WalMark.after((int) NumberQuery.once(statement, "PRAGMA user_version")));
      this.whole = beginEpoch(statement, state.last() + 1);
      this.lineage = whole.since(state.earliest());
    }
    this.isOwner =
        new NumberQuery(
            connection, "SELECT epoch = '" + lineage.current().name() + "'" + OF_THE_NEWEST, 1);
    this.ends = new SqliteEndedTopics(connection);
    this.trimmer = new SqliteTrimmer(connection, retention, ends);
    this.insert =
        connection.prepareStatement(
            "INSERT INTO updates ("
                + UpdateRow.COLUMNS
                + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    this.insertFurther = connection.prepareStatement("INSERT INTO further_topics VALUES (?, ?)");
    this.insertPage = connection.prepareStatement("INSERT INTO pages VALUES (?, ?)");
    directory.begin(state.earliest());
    // Last of all: from here on the file is read by a thread that has to be ended.
    this.keys = new SqliteKeys(connection, retention, plan);
    clock.notBefore(keys.newestMillis());
  }

  private static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  /**
   * Each opening leaves the mark of its hub, an epoch: whoever finds that another was left is not
   * the owner any more.
   */
  private void checkOwner() throws SQLException {
    if (!isOwner.ask() || isOwner.column(0) == 0) {
      throw new ForeignWriterException();
    }
  }

  @Override
  public boolean isTakenOver() {
    try {
      checkOwner();
      return false;
    } catch (SQLException e) {
      return e instanceof ForeignWriterException;
    }
  }

  private static Lineage beginEpoch(Statement statement, long first) throws SQLException {
    statement.execute("INSERT INTO lineage VALUES ('" + LogIds.epoch() + "', " + first + ")");
    statement.execute("COMMIT");
    SqliteFile.checkpoint(statement);
    List<Lineage.Epoch> epochs = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery("SELECT epoch, first FROM lineage ORDER BY rowid")) {
      while (row.next()) {
        epochs.add(new Lineage.Epoch(row.getString(1), row.getLong(2)));
      }
    }
    return new Lineage(epochs);
  }

  LogHead head() {
    return new LogHead(logId, lineage, state.earliest(), state.last(), state.ended() > 0);
  }

  /** All epochs; from any thread. */
  Lineage lineage() {
    return whole;
  }

  /** How much the file retains; from any thread. */
  public History.Retained retained() {
    return state.retained(keys.count()).withTopics(directory.size());
  }

  /** Appends a group and removes what has expired, in one transaction. */
  public History.Commit append(List<Batch> group) throws SQLException {
    LogState before = state;
    committing = false;
    control.execute("BEGIN IMMEDIATE");
    checkOwner();
    keys.begin();
    Transaction transaction = new Transaction();
    List<Outcome> outcomes =
        new Admission<>(transaction, lineage, retention, transaction.time).admit(group);
    transaction.flush();
    LogState after = trim(transaction);
    int marked = markIsDue ? writeMark(WalMark.after(mark)) : mark;
    committing = true;
    control.execute("COMMIT");
    directory.appended(transaction.added);
    trimmer.removed().forEach(each -> directory.removed(each.topics(), each.sequence()));
    state = after;
    keys.committed();
    mark = marked;
    markIsDue = false;
    changes += 1 + transaction.added.size() + after.earliest() - before.earliest();
    changes += (after.bytes() - before.bytes()) / PAGE_BYTES;
    Page page = new Page(lineage, after.earliest(), before.last(), after.last(), transaction.added);
    return new History.Commit(outcomes, page);
  }

  /**
   * Whether the last append, unless it was {@linkplain #settle settled}, had begun to commit:
   * before that nothing is stored.
   */
  boolean isCommitting() {
    return committing;
  }

  /** What was appended has been answered. */
  void settle() {
    committing = false;
  }

  private LogState trim(Transaction transaction) throws SQLException {
    int most = TRIM_STEP + 2 * transaction.added.size();
    long now = transaction.ageMillis;
    changes += keys.forget(now);
    // Nobody waits for a group that brings nothing but who comes next.
    long nanos = transaction.added.isEmpty() ? TRIM_NANOS : 0;
    long expiredBefore = now - retention.age().toMillis();
    LogState left = trimmer.trim(transaction.next, expiredBefore, most, nanos);
    overdue = left.exceeds(retention, expiredBefore);
    return left;
  }

  /** Whether the last append has left what is not to be retained; from any thread. */
  boolean isOverdue() {
    return overdue;
  }

  /** Writes, and changes nothing: fails while the disk takes nothing. */
  void touch() throws SQLException {
    writeMark(mark);
  }

  private int writeMark(int next) throws SQLException {
    control.execute("PRAGMA user_version = " + next);
    return next;
  }

  /** Gives up what a failed append has written, unless SQLite has done so already. */
  void rollback() {
    try {
      insert.clearBatch();
      insertFurther.clearBatch();
      insertPage.clearBatch();
      control.execute("ROLLBACK");
    } catch (SQLException e) {
      log.debug("Nothing to roll back: {}", e.getMessage());
    }
  }

  /** Whether much of the write-ahead log is not in the file yet. */
  boolean isLong() throws SQLException {
    if (changes < CHANGES_BETWEEN_LOOKS) {
      return false;
    }
    changes = 0;
    FileIdentity.WriteAhead log = writeAhead();
    return log.frames() - log.checkpointed() >= LONG_PAGES;
  }

  @Override
  public FileIdentity.WriteAhead writeAhead() throws SQLException {
    if (!howLong.ask()) {
      throw new SQLException("It is not told how long the write-ahead log is");
    }
    return new FileIdentity.WriteAhead(howLong.column(1), howLong.column(2));
  }

  @Override
  public long bytes() throws SQLException {
    return PAGE_BYTES * NumberQuery.once(control, "PRAGMA page_count");
  }

  /**
   * Brings the write-ahead log into the file, as far as no transaction of a reader is in the way;
   * where none is, the next commit begins it anew in place.
   *
   * @return whether all of it is in the file
   */
  boolean checkpoint() throws SQLException {
    try (ResultSet wal = control.executeQuery("PRAGMA wal_checkpoint(PASSIVE)")) {
      boolean all = wal.next() && wal.getInt(1) == 0 && wal.getInt(2) == wal.getInt(3);
      // Only then the file has the mark for sure, which the next one names.
      markIsDue |= all;
      return all;
    }
  }

  @Override
  public void close() throws SQLException {
    keys.close();
    connection.close();
  }

  /** A group on its way into the file. */
  private final class Transaction implements Admission.Store<SQLException> {
    private final long time = clock.nextMillis();
    private final long ageMillis = clock.ageMillis();
    private final List<Update> added = new ArrayList<>();

    /** The directory does not know of them before the commit. */
    private final Set<Topic> endedHere = new HashSet<>();

    private LogState next = state;
    private int furtherTopics;
    private int newPages;

    @Override
    public @Nullable Refusal unknownKeys() {
      return keys.areKnown() ? null : keys.notKnown();
    }

    @Override
    public @Nullable KeyEntry find(Digest key) throws SQLException {
      return keys.find(key, ageMillis);
    }

    @Override
    public boolean isFullOfKeys() {
      return keys.isFull();
    }

    @Override
    public void remember(KeyEntry entry) {
      keys.remember(entry);
    }

    @Override
    public Optional<Topic> firstEnded(List<Topic> topics) throws SQLException {
      if (next.ended() == 0) {
        return Optional.empty();
      }
      if (!directory.isComplete()) {
        return ends.firstOf(topics);
      }
      return topics.stream()
          .filter(topic -> endedHere.contains(topic) || directory.endOf(topic) > 0)
          .findFirst();
    }

    @Override
    public Position add(Draft draft) throws SQLException {
      Position position = new Position(lineage.current().name(), next.last() + 1);
      Update update = draft.at(position, time);
      boolean newPage = !next.hasRoomFor(update.weight());
      if (newPage) {
        insertPage.setLong(1, update.sequence());
        insertPage.setLong(2, next.bytes());
        insertPage.addBatch();
        newPages++;
      }
      UpdateRow.write(update, insert);
      insert.addBatch();
      for (Topic topic : update.topics().subList(1, update.topics().size())) {
        insertFurther.setString(1, topic.name());
        insertFurther.setLong(2, update.sequence());
        insertFurther.addBatch();
        furtherTopics++;
      }
      if (update.end()) {
        ends.add(update);
        endedHere.addAll(update.topics());
      }
      next = next.plus(update, newPage);
      added.add(update);
      return position;
    }

    /** Writes the rows, many at once: that is several times faster than one by one. */
    void flush() throws SQLException {
      if (!added.isEmpty()) {
        insert.executeLargeBatch();
      }
      if (furtherTopics > 0) {
        insertFurther.executeLargeBatch();
      }
      if (newPages > 0) {
        insertPage.executeLargeBatch();
      }
      keys.flush();
    }
  }
}
