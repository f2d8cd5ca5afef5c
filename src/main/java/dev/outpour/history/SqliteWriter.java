package dev.outpour.history;

import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Head;
import dev.outpour.update.Key;
import dev.outpour.update.Lineage;
import dev.outpour.update.Outcome;
import dev.outpour.update.Outcome.Receipt;
import dev.outpour.update.Page;
import dev.outpour.update.Position;
import dev.outpour.update.Refusal;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The connection that writes the log's file: one transaction and one sync for each group.
 *
 * <p>What it knows of the log in memory moves on only with a commit; after a failure it is to be
 * closed and the file opened anew. It blocks; it is used by the log's writing thread alone.
 */
final class SqliteWriter implements AutoCloseable {

  private static final int TRIM_STEP = 256;

  /** From about so many bytes on the write-ahead log is brought into the file and begun anew. */
  private static final long CHECKPOINT_BYTES = 8L << 20;

  /** About what a commit adds to it besides its data: a page for each tree that it touches. */
  private static final long COMMIT_BYTES = 6 * 4096;

  private final Connection connection;
  private final Retention retention;
  private final LogClock clock;
  private final String logId;
  private final Lineage lineage;
  private final PreparedStatement insert;
  private final PreparedStatement insertFurther;
  private final PreparedStatement insertPage;
  private final PreparedStatement findKey;
  private final PreparedStatement insertKey;
  private final PreparedStatement oldestRows;
  private final PreparedStatement deleteFurther;
  private final PreparedStatement deleteUpdates;
  private final PreparedStatement deletePages;
  private final PreparedStatement rememberLast;
  private final PreparedStatement deleteKeys;
  private State state;
  private long walBytes;

  /**
   * Where the log stands.
   *
   * @param bytes of all updates ever appended
   * @param trimmedBytes of those that were removed
   * @param oldestMillis the time of the earliest update retained
   * @param pageBytes of the page that grows
   * @param pageUpdates of the page that grows
   */
  private record State(
      long earliest,
      long last,
      long bytes,
      long trimmedBytes,
      long oldestMillis,
      int pageBytes,
      int pageUpdates) {}

  /** Begins a new epoch, which is synced into the file before this returns. */
  SqliteWriter(Connection connection, Retention retention, LogClock clock) throws SQLException {
    this.connection = connection;
    this.retention = retention;
    this.clock = clock;
    try (Statement statement = connection.createStatement()) {
      this.logId = text(statement, "SELECT id FROM log");
      this.state = load(statement);
      this.lineage = beginEpoch(statement, state.last() + 1);
    }
    connection.setAutoCommit(false);
    this.insert =
        connection.prepareStatement(
            "INSERT INTO updates (" + UpdateRow.COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    this.insertFurther = connection.prepareStatement("INSERT INTO further_topics VALUES (?, ?)");
    this.insertPage = connection.prepareStatement("INSERT INTO pages VALUES (?, ?)");
    this.findKey =
        connection.prepareStatement(
            "SELECT fingerprint, epoch, sequence, time FROM keys WHERE scope = ? AND name = ?");
    this.insertKey =
        connection.prepareStatement("INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?, ?, ?)");
    this.oldestRows =
        connection.prepareStatement(
            "SELECT " + UpdateRow.COLUMNS + " FROM updates ORDER BY sequence LIMIT ?");
    this.deleteFurther =
        connection.prepareStatement("DELETE FROM further_topics WHERE topic = ? AND sequence = ?");
    this.deleteUpdates = connection.prepareStatement("DELETE FROM updates WHERE sequence < ?");
    this.deletePages =
        connection.prepareStatement(
            "DELETE FROM pages WHERE first < (SELECT max(first) FROM pages WHERE first <= ?)");
    this.rememberLast = connection.prepareStatement("UPDATE log SET last = ?");
    this.deleteKeys =
        connection.prepareStatement(
            "DELETE FROM keys WHERE (scope, name) IN (SELECT scope, name FROM keys"
                + " WHERE time <= ? ORDER BY time LIMIT ?)");
  }

  private static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private State load(Statement statement) throws SQLException {
    long remembered = LogFile.count(statement, "SELECT last FROM log");
    long last = Math.max(remembered, LogFile.count(statement, "SELECT max(sequence) FROM updates"));
    long earliest = LogFile.count(statement, "SELECT min(sequence) FROM updates");
    long pageFirst = LogFile.count(statement, "SELECT max(first) FROM pages");
    int pageBytes = 0;
    int pageUpdates = (int) (last + 1 - pageFirst);
    try (ResultSet row =
        statement.executeQuery(
            "SELECT "
                + UpdateRow.COLUMNS
                + " FROM updates WHERE sequence >= "
                + Math.max(1, pageFirst)
                + " ORDER BY sequence")) {
      Lineage any = new Lineage(List.of(new Lineage.Epoch("loading0", 1)));
      while (row.next()) {
        Update update = UpdateRow.read(row, any);
        pageBytes += update.weight();
        clock.notBefore(update.timeMillis());
      }
    }
    long before = LogFile.count(statement, "SELECT bytes FROM pages WHERE first = " + pageFirst);
    long trimmed =
        earliest == 0
            ? before + pageBytes
            : LogFile.count(
                statement,
                "SELECT bytes FROM pages WHERE first <= "
                    + earliest
                    + " ORDER BY first DESC LIMIT 1");
    long oldest = LogFile.count(statement, "SELECT time FROM updates WHERE sequence = " + earliest);
    return new State(
        earliest == 0 ? last + 1 : earliest,
        last,
        before + pageBytes,
        trimmed,
        oldest,
        pageBytes,
        pageFirst == 0 ? 0 : pageUpdates);
  }

  private static Lineage beginEpoch(Statement statement, long first) throws SQLException {
    String sql = "INSERT INTO lineage VALUES ('" + Names.epoch() + "', " + first + ")";
    statement.execute(sql);
    LogFile.checkpoint(statement);
    List<Lineage.Epoch> epochs = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery("SELECT epoch, first FROM lineage ORDER BY rowid")) {
      while (row.next()) {
        epochs.add(new Lineage.Epoch(row.getString(1), row.getLong(2)));
      }
    }
    return new Lineage(epochs);
  }

  Head head() {
    return new Head(logId, lineage, state.earliest(), state.last());
  }

  /** Appends a group and removes what has expired, in one transaction. */
  History.Commit append(List<Batch> group) throws SQLException {
    Transaction transaction = new Transaction();
    List<Outcome> outcomes = new ArrayList<>(group.size());
    for (Batch batch : group) {
      outcomes.add(transaction.append(batch));
    }
    transaction.trim();
    connection.commit();
    walBytes += COMMIT_BYTES + 2 * (transaction.bytes - state.bytes());
    long before = state.last();
    state = transaction.state();
    return new History.Commit(
        outcomes, new Page(lineage, state.earliest(), before, state.last(), transaction.added));
  }

  /** Gives up what a failed append has written. */
  void rollback() throws SQLException {
    connection.rollback();
  }

  /**
   * Brings the write-ahead log into the file once it is long, so that it is used again from its
   * beginning. Readers that are in the middle of a page leave the rest for the next time.
   */
  void checkpointIfLong() throws SQLException {
    if (walBytes < CHECKPOINT_BYTES) {
      return;
    }
    walBytes = 0;
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA wal_checkpoint(PASSIVE)");
    }
    connection.setAutoCommit(false);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  /** A group on its way into the file. */
  private final class Transaction {
    private final long time = clock.nextMillis();
    private final List<Update> added = new ArrayList<>();
    private long earliest = state.earliest();
    private long last = state.last();
    private long bytes = state.bytes();
    private long trimmedBytes = state.trimmedBytes();
    private long oldestMillis = state.oldestMillis();
    private int pageBytes = state.pageBytes();
    private int pageUpdates = state.pageUpdates();

    State state() {
      return new State(earliest, last, bytes, trimmedBytes, oldestMillis, pageBytes, pageUpdates);
    }

    Outcome append(Batch batch) throws SQLException {
      List<Receipt> receipts = new ArrayList<>(batch.drafts().size());
      for (Draft draft : batch.drafts()) {
        Key key = draft.key();
        if (key == null) {
          receipts.add(new Receipt(add(draft), false));
          continue;
        }
        ByteBuffer fingerprint = Fingerprint.of(draft);
        Optional<KeyMemory.Entry> known = find(key);
        if (known.isPresent() && !known.get().fingerprint().equals(fingerprint)) {
          return new Outcome(receipts, Optional.of(Refusal.keyReused(key.name())));
        }
        if (known.isPresent()) {
          receipts.add(new Receipt(known.get().position(), true));
        } else {
          Position position = add(draft);
          remember(key, fingerprint, position);
          receipts.add(new Receipt(position, false));
        }
      }
      return new Outcome(receipts, Optional.empty());
    }

    private Position add(Draft draft) throws SQLException {
      Position position = new Position(lineage.current().name(), last + 1);
      Update update = draft.at(position, time);
      int weight = update.weight();
      boolean room =
          pageUpdates > 0 && pageUpdates < Page.MAX_UPDATES && pageBytes + weight <= Page.MAX_BYTES;
      if (!room) {
        insertPage.setLong(1, update.sequence());
        insertPage.setLong(2, bytes);
        insertPage.executeUpdate();
        pageBytes = 0;
        pageUpdates = 0;
      }
      UpdateRow.write(update, insert);
      insert.executeUpdate();
      for (Topic topic : update.topics().subList(1, update.topics().size())) {
        insertFurther.setString(1, topic.name());
        insertFurther.setLong(2, update.sequence());
        insertFurther.executeUpdate();
      }
      oldestMillis = earliest > last ? time : oldestMillis;
      last = update.sequence();
      bytes += weight;
      pageBytes += weight;
      pageUpdates++;
      added.add(update);
      return position;
    }

    private Optional<KeyMemory.Entry> find(Key key) throws SQLException {
      findKey.setString(1, key.scope());
      findKey.setString(2, key.name());
      try (ResultSet row = findKey.executeQuery()) {
        if (!row.next() || row.getLong(4) <= time - retention.ofKeys().toMillis()) {
          return Optional.empty();
        }
        return Optional.of(
            new KeyMemory.Entry(
                ByteBuffer.wrap(row.getBytes(1)),
                new Position(row.getString(2), row.getLong(3)),
                row.getLong(4)));
      }
    }

    private void remember(Key key, ByteBuffer fingerprint, Position position) throws SQLException {
      byte[] digest = new byte[fingerprint.remaining()];
      fingerprint.duplicate().get(digest);
      insertKey.setString(1, key.scope());
      insertKey.setString(2, key.name());
      insertKey.setBytes(3, digest);
      insertKey.setString(4, position.epoch());
      insertKey.setLong(5, position.sequence());
      insertKey.setLong(6, time);
      insertKey.executeUpdate();
    }

    void trim() throws SQLException {
      boolean byAge = clock.isSteady();
      long expired = byAge ? clock.wallMillis() - retention.age().toMillis() : Long.MIN_VALUE;
      if (isTooMuch() || (earliest <= last && oldestMillis < expired)) {
        trimRows(TRIM_STEP + 2 * added.size(), expired);
      }
      if (byAge) {
        trimKeys(TRIM_STEP + 2 * added.size());
      }
    }

    private boolean isTooMuch() {
      return last - earliest + 1 > retention.updates() || bytes - trimmedBytes > retention.bytes();
    }

    private void trimRows(int most, long expired) throws SQLException {
      long before = earliest;
      oldestRows.setInt(1, most + 1);
      try (ResultSet row = oldestRows.executeQuery()) {
        for (int i = 0; row.next(); i++) {
          oldestMillis = row.getLong(2);
          if (i == most || !(isTooMuch() || oldestMillis < expired)) {
            break;
          }
          trimmedBytes += UpdateRow.weight(row);
          removeFurther(row);
          earliest = row.getLong(1) + 1;
        }
      }
      if (earliest > before) {
        removeBefore();
      }
    }

    private void removeFurther(ResultSet row) throws SQLException {
      String further = row.getString(4);
      if (further != null) {
        List<Topic> topics = UpdateRow.topics(row.getString(3), further);
        for (Topic topic : topics.subList(1, topics.size())) {
          deleteFurther.setString(1, topic.name());
          deleteFurther.setLong(2, row.getLong(1));
          deleteFurther.executeUpdate();
        }
      }
    }

    private void removeBefore() throws SQLException {
      deleteUpdates.setLong(1, earliest);
      deleteUpdates.executeUpdate();
      deletePages.setLong(1, earliest);
      deletePages.executeUpdate();
      if (earliest > last) {
        // Nothing is left that would tell the next opening which numbers were given.
        rememberLast.setLong(1, last);
        rememberLast.executeUpdate();
      }
    }

    private void trimKeys(int most) throws SQLException {
      deleteKeys.setLong(1, clock.wallMillis() - retention.ofKeys().toMillis());
      deleteKeys.setInt(2, most);
      deleteKeys.executeUpdate();
    }
  }
}
