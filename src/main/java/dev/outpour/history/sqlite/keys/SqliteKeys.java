package dev.outpour.history.sqlite.keys;

import dev.outpour.history.Digest;
import dev.outpour.history.KeyEntry;
import dev.outpour.history.Retention;
import dev.outpour.history.index.KeyIndex;
import dev.outpour.history.index.KeyPartitions;
import dev.outpour.history.index.KeyPartitions.Partition;
import dev.outpour.history.sqlite.table.NumberQuery;
import dev.outpour.update.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The idempotency keys in the log's file, written in the transaction of their updates. New keys go
 * to the end of a table, so that many share a page; an index in memory finds them again.
 *
 * <p>A transaction is {@link #begin}, then keys, {@link #flush} and {@link #forget}. Its changes
 * take effect with {@link #committed}. All keys of the file are read into the index in the
 * background; until then the keys are not {@linkplain #areKnown known}, and none is forgotten.
 *
 * <p>Methods block and are for the log's writing thread, except {@link #count}.
 */
public final class SqliteKeys implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SqliteKeys.class);

  private final KeyPartitions partitions;
  private final KeyLimit limit;
  private final KeyRows rows;
  private final KeyFinder finder;

  /** The keys of the transaction under way, in order. */
  private final Map<Digest, KeyEntry> added = new LinkedHashMap<>();

  /** Whether the transaction under way empties the oldest table. */
  private boolean forgetting;

  private volatile long count;

  private final long newestMillis;
  private final KeyLoad load;
  private KeyIndex index = new KeyIndex();
  private boolean known;

  /** Whether reading the keys failed, which has been logged. */
  private boolean failed;

  /**
   * Begins to read the keys in the file.
   *
   * @param plan how to read them, and how long to wait for them here
   */
  public SqliteKeys(Connection connection, Retention retention, KeyLoad.Plan plan)
      throws SQLException {
    this.partitions = new KeyPartitions(retention.ofKeys().toMillis());
    this.rows = new KeyRows(connection);
    this.finder = new KeyFinder(connection);
    long lastUpgraded;
    try (Statement statement = connection.createStatement()) {
      lastUpgraded = NumberQuery.once(statement, "SELECT brought FROM log");
    }
    this.limit = new KeyLimit(retention.keys(), lastUpgraded);
    partitions.startAfter(lastUpgraded);
    List<KeyRows.Present> tables = rows.present();
    KeyRows.Present newest = tables.isEmpty() ? null : tables.get(tables.size() - 1);
    long lowest = newest == null ? partitions.next() : tables.get(0).first();
    this.count = newest == null ? 0 : newest.next() - lowest;
    KeyLimit.checkRoomFor(count);
    this.newestMillis = newest == null ? 0 : rows.continueIn(newest);
    if (limit.surplus(lowest) > 0) {
      log.info(
          "The log holds {} idempotency keys from an earlier format beyond history.keepKeys ({}):"
              + " they are kept until they expire, and do not count",
          limit.surplus(lowest),
          limit.most());
    }
    this.load = new KeyLoad(plan.source(), tables);
    try {
      use(load.await(plan.waitMillis()));
    } catch (SQLException | RuntimeException e) {
      load.close();
      throw e;
    }
    if (!known) {
      log.info(
          "Reading {} idempotency keys: until that is done, publishes with a key are answered 503",
          count);
    }
  }

  private void use(KeyLoad.@Nullable Loaded loaded) {
    if (loaded != null) {
      index = loaded.index();
      loaded.partitions().forEach(partitions::restore);
      known = true;
    }
  }

  /** The time of the newest key when the file was opened; 0 if there was none. */
  public long newestMillis() {
    return newestMillis;
  }

  /** Whether all keys have been read. Until then none may be looked up or added. */
  public boolean areKnown() {
    return known;
  }

  /** How many keys are held; from any thread. */
  public long count() {
    return count;
  }

  /** The answer to a publish with a key while the keys are not known. */
  public Refusal notKnown() {
    return failed ? Refusal.keysLost() : Refusal.keysNotRead();
  }

  /** Whether no further key may be added. */
  public boolean isFull() {
    return limit.isReached(partitions.count() + added.size(), partitions.lowest());
  }

  /** Begins a transaction, and drops what is left of a failed one. */
  public void begin() throws SQLException {
    added.clear();
    forgetting = false;
    rows.begin();
    if (!known && load.isDone() && !failed) {
      useLate();
    }
  }

  private void useLate() {
    try {
      use(load.await(0));
      log.info("All {} idempotency keys are read", count);
    } catch (SQLException e) {
      failed = true;
      log.error(
          "The idempotency keys cannot be read ({}): publishes with a key are refused until the hub"
              + " is restarted",
          e.getMessage());
    }
  }

  /** The update of a key, if the key is held and has not expired. */
  @Nullable
  public KeyEntry find(Digest key, long nowMillis) throws SQLException {
    KeyEntry now = added.get(key);
    if (now != null) {
      return now;
    }
    for (long number : index.candidates(key)) {
      Partition partition = partitions.of(number);
      KeyEntry entry = partition == null ? null : finder.read(partition, number);
      if (entry != null
          && entry.key().equals(key)
          && !partitions.isExpired(entry.timeMillis(), nowMillis)) {
        return entry;
      }
    }
    return null;
  }

  /** Adds a new key; all keys of a transaction have the same time. */
  public void remember(KeyEntry entry) {
    added.put(entry.key(), entry);
  }

  /** Writes the rows of the new keys. */
  public void flush() throws SQLException {
    if (!added.isEmpty()) {
      long time = added.values().iterator().next().timeMillis();
      rows.append(partitions.tableFor(time), partitions.next(), added.values());
    }
  }

  /** Forgets the oldest table if all its keys have expired; returns how many keys it had. */
  public long forget(long nowMillis) throws SQLException {
    Partition expired = known ? partitions.expired(nowMillis) : null;
    if (expired == null) {
      return 0;
    }
    rows.empty(expired.table());
    forgetting = true;
    return expired.next() - expired.first();
  }

  /** Applies the transaction, which was committed. */
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

  /** Stops reading. */
  @Override
  public void close() {
    load.close();
  }
}
