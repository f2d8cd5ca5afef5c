package dev.outpour.history.sqlite.keys;

import dev.outpour.history.Digest;
import dev.outpour.history.KeyEntry;
import dev.outpour.history.Retention;
import dev.outpour.history.index.KeyIndex;
import dev.outpour.history.index.KeyPartitions;
import dev.outpour.history.index.KeyPartitions.Partition;
import dev.outpour.history.sqlite.table.NumberQuery;
import dev.outpour.settings.CannotStartException;
import dev.outpour.update.Refusal;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The publishers' keys in the log's file, written in the transaction of the updates they stand for:
 * at the end of a table, so that many share a page, and found again by an index in memory.
 *
 * <p>It goes by transactions: {@link #begin}, then keys, {@link #flush} and {@link #forget}; what
 * has changed holds from {@link #committed} on. All keys are read into memory beside that: until
 * then none is {@linkplain #areKnown known}, and nothing is forgotten. It blocks; it is used by the
 * log's writing thread alone, but for {@link #count}.
 */
public final class SqliteKeys implements AutoCloseable {

  /** Of the heap, what the index of keys may take at most, with those that were brought. */
  private static final int HEAP_SHARE = 2;

  private static final Logger log = LoggerFactory.getLogger(SqliteKeys.class);

  private final Connection connection;
  private final KeyPartitions partitions;
  private final long most;
  private final long mostInMemory;

  /** The number of the last key that came with a log of an earlier form. */
  private final long broughtTo;

  private final KeyRows rows;
  private final PreparedStatement[] find = new PreparedStatement[KeyPartitions.TABLES];

  /** Those of the transaction that is under way, in their order. */
  private final Map<Digest, KeyEntry> added = new LinkedHashMap<>();

  /** Whether the transaction that is under way empties the oldest table. */
  private boolean forgetting;

  private volatile long count;

  private final long newestMillis;
  private final KeyLoad load;
  private KeyIndex index = new KeyIndex();
  private boolean known;

  /** Whether they cannot be read, which has been said. */
  private boolean failed;

  /**
   * Begins to read what the file holds.
   *
   * @param plan by what, and how long to wait for it here
   */
  public SqliteKeys(Connection connection, Retention retention, KeyLoad.Plan plan)
      throws SQLException {
    this.connection = connection;
    this.partitions = new KeyPartitions(retention.ofKeys().toMillis());
    this.most = retention.keys();
    this.mostInMemory = KeyIndex.most(Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    this.rows = new KeyRows(connection);
    try (Statement statement = connection.createStatement()) {
      this.broughtTo = NumberQuery.once(statement, "SELECT brought FROM log");
    }
    partitions.startAfter(broughtTo);
    List<KeyRows.Present> tables = rows.present();
    KeyRows.Present newest = tables.isEmpty() ? null : tables.get(tables.size() - 1);
    long lowest = newest == null ? partitions.next() : tables.get(0).first();
    this.count = newest == null ? 0 : newest.next() - lowest;
    checkRoomFor(count);
    this.newestMillis = newest == null ? 0 : rows.goOnIn(newest);
    if (beyond(lowest) > 0) {
      log.info(
          "The log remembers {} keys, which it was brought with from an earlier form, beyond"
              + " history.keepKeys ({}): they are kept, and count only among themselves",
          beyond(lowest),
          most);
    }
    this.load = new KeyLoad(plan.source(), tables);
    try {
      takeIn(load.await(plan.patienceMillis()));
    } catch (SQLException | RuntimeException e) {
      load.close();
      throw e;
    }
    if (!known) {
      log.info(
          "The log's {} keys are being read: until that is done, publishes with a key are answered"
              + " 503",
          count);
    }
  }

  private void takeIn(KeyLoad.@Nullable Loaded loaded) {
    if (loaded != null) {
      index = loaded.index();
      loaded.partitions().forEach(partitions::restore);
      known = true;
    }
  }

  /**
   * Sees that memory is enough to go on with keys that a log holds.
   *
   * @throws CannotStartException if it is not
   */
  public static void checkRoomFor(long keys) {
    long bytes = KeyIndex.bytes(keys);
    if (bytes > Runtime.getRuntime().maxMemory() / HEAP_SHARE) {
      throw new CannotStartException(
          "The log remembers "
              + keys
              + " keys, which take "
              + (bytes >> 20)
              + " MB of memory: start with a heap (-Xmx) of at least "
              + ((bytes * HEAP_SHARE) >> 20)
              + " MB");
    }
  }

  /** The time of the newest key when this was made; 0 if there was none. */
  public long newestMillis() {
    return newestMillis;
  }

  /** Whether all that are held have been read; before that nothing may be asked or remembered. */
  public boolean areKnown() {
    return known;
  }

  /** How many are held; from any thread. */
  public long count() {
    return count;
  }

  /** What a publish with a key is told where they are not known. */
  public Refusal notKnown() {
    return failed ? Refusal.keysLost() : Refusal.keysNotRead();
  }

  /**
   * How many are held of those that came with a log of an earlier form when there were as many as
   * may be.
   *
   * @param lowest the number of the oldest that is held
   */
  private long beyond(long lowest) {
    return Math.max(0, broughtTo - Math.max(lowest, most + 1) + 1);
  }

  /** Whether no more may be remembered, those aside that were brought beyond the bound. */
  public boolean isFull() {
    long held = partitions.count() + added.size();
    return held - beyond(partitions.lowest()) >= most || held >= mostInMemory;
  }

  /** Begins a transaction; of one that has failed nothing is left. */
  public void begin() throws SQLException {
    added.clear();
    forgetting = false;
    rows.begin();
    if (!known && load.isDone() && !failed) {
      takeInLate();
    }
  }

  private void takeInLate() {
    try {
      takeIn(load.await(0));
      log.info("The log's {} keys are read", count);
    } catch (SQLException e) {
      failed = true;
      log.error(
          "The log's keys cannot be read, and publishes with a key are refused until the hub is"
              + " started again: {}",
          e.getMessage());
    }
  }

  /** What a key stands for, if it is remembered and not old enough to be forgotten. */
  @Nullable
  public KeyEntry find(Digest key, long nowMillis) throws SQLException {
    KeyEntry now = added.get(key);
    if (now != null) {
      return now;
    }
    for (long number : index.candidates(key)) {
      KeyEntry entry = read(number);
      if (entry != null
          && entry.key().equals(key)
          && !partitions.isExpired(entry.timeMillis(), nowMillis)) {
        return entry;
      }
    }
    return null;
  }

  private @Nullable KeyEntry read(long number) throws SQLException {
    Partition partition = partitions.of(number);
    if (partition == null) {
      return null;
    }
    PreparedStatement row = find(partition.table());
    row.setLong(1, number);
    try (ResultSet found = row.executeQuery()) {
      if (!found.next()) {
        return null;
      }
      ByteBuffer entries = ByteBuffer.wrap(found.getBytes(2));
      int at = (int) (number - found.getLong(1)) * KeyEntry.BYTES;
      return at + KeyEntry.BYTES > entries.limit() ? null : KeyEntry.read(entries.position(at));
    }
  }

  private PreparedStatement find(int table) throws SQLException {
    PreparedStatement prepared = find[table];
    if (prepared == null) {
      prepared =
          connection.prepareStatement(
              "SELECT first, entries FROM "
                  + KeyRows.name(table)
                  + " WHERE first <= ? ORDER BY first DESC LIMIT 1");
      find[table] = prepared;
    }
    return prepared;
  }

  /** Remembers a key that is not known, with all others of the transaction at one time. */
  public void remember(KeyEntry entry) {
    added.put(entry.key(), entry);
  }

  /** Writes the rows. */
  public void flush() throws SQLException {
    if (!added.isEmpty()) {
      long time = added.values().iterator().next().timeMillis();
      rows.append(partitions.tableFor(time), partitions.next(), added.values());
    }
  }

  /** Forgets what is old enough, a table at most; returns how many. */
  public long forget(long nowMillis) throws SQLException {
    Partition expired = known ? partitions.expired(nowMillis) : null;
    if (expired == null) {
      return 0;
    }
    rows.empty(expired.table());
    forgetting = true;
    return expired.next() - expired.first();
  }

  /** Takes in what has been committed. */
  public void committed() {
    if (!known) {
      return;
    }
    added.values().forEach(each -> index.add(each.key(), partitions.add(each.timeMillis())));
    if (forgetting) {
      partitions.removeOldest();
      index.forgetBelow(partitions.lowest());
    }
    rows.committed();
    index.tidy();
    added.clear();
    forgetting = false;
    count = partitions.count();
  }

  /** Reads no further. */
  @Override
  public void close() {
    load.close();
  }
}
