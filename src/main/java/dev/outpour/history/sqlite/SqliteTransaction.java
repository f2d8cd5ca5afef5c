package dev.outpour.history.sqlite;

import dev.outpour.history.Admission;
import dev.outpour.history.Digest;
import dev.outpour.history.KeyEntry;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.history.sqlite.keys.SqliteKeys;
import dev.outpour.history.sqlite.table.SqliteEndedTopics;
import dev.outpour.history.sqlite.table.UpdateInserts;
import dev.outpour.update.Draft;
import dev.outpour.update.Position;
import dev.outpour.update.Refusal;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the updates of a group and writes their rows, in the transaction that is under way.
 *
 * <p>One instance serves all groups of an open file, one after the other: {@link #begin}, then the
 * group through {@link Admission}, then {@link #flush}. Methods block and are for the log's writing
 * thread.
 */
final class SqliteTransaction implements Admission.Store<SQLException> {

  private final UpdateInserts inserts;
  private final SqliteKeys keys;
  private final SqliteEndedTopics ended;
  private final TopicDirectory directory;
  private final String epoch;

  private LogState next;
  private long timeMillis;
  private long ageMillis;
  private List<Update> added = new ArrayList<>();

  /** Topics that this group has ended; the directory learns of them after the commit. */
  private Set<Topic> endedHere = new HashSet<>();

  SqliteTransaction(
      UpdateInserts inserts,
      SqliteKeys keys,
      SqliteEndedTopics ended,
      TopicDirectory directory,
      String epoch,
      LogState state) {
    this.inserts = inserts;
    this.keys = keys;
    this.ended = ended;
    this.directory = directory;
    this.epoch = epoch;
    this.next = state;
  }

  /**
   * Begins a group.
   *
   * @param state the log before the group
   * @param timeMillis the time that its updates carry
   * @param ageMillis the time by which the age of idempotency keys is judged
   */
  void begin(LogState state, long timeMillis, long ageMillis) {
    this.next = state;
    this.timeMillis = timeMillis;
    this.ageMillis = ageMillis;
    added = new ArrayList<>();
    if (!endedHere.isEmpty()) {
      endedHere = new HashSet<>();
    }
  }

  /** The updates added since {@link #begin}, in order. */
  List<Update> added() {
    return added;
  }

  /** The log once the transaction is committed. */
  LogState next() {
    return next;
  }

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
      return ended.firstOf(topics);
    }
    return topics.stream()
        .filter(topic -> endedHere.contains(topic) || directory.endOf(topic) > 0)
        .findFirst();
  }

  @Override
  public Position add(Draft draft) throws SQLException {
    Position position = new Position(epoch, next.last() + 1);
    Update update = draft.at(position, timeMillis);
    boolean newPage = !next.hasRoomFor(update.weight());
    if (newPage) {
      inserts.addPage(update.sequence(), next.bytes());
    }
    inserts.add(update);
    if (update.end()) {
      ended.add(update);
      endedHere.addAll(update.topics());
    }
    next = next.plus(update, newPage);
    added.add(update);
    return position;
  }

  /** Writes the rows of the group. */
  void flush() throws SQLException {
    inserts.execute();
    keys.flush();
  }

  /** Drops rows that were not written. */
  void clear() throws SQLException {
    inserts.clear();
  }
}
