package dev.outpour.history.memory;

import dev.outpour.history.Admission;
import dev.outpour.history.Digest;
import dev.outpour.history.History;
import dev.outpour.history.KeyEntry;
import dev.outpour.history.LogClock;
import dev.outpour.history.LogIds;
import dev.outpour.history.Retention;
import dev.outpour.history.index.NewestUpdates;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.loop.Deadline;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Gap;
import dev.outpour.update.Interest;
import dev.outpour.update.Lineage;
import dev.outpour.update.LogHead;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Position;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A log in memory: the reference for every other {@link History}; it ends with its process.
 *
 * <p>It meets the obligations of {@link History} as far as memory can: durable means until the
 * process ends. Every future it returns is already complete: the caller's thread does the work.
 */
public final class MemoryHistory implements History {

  /** An append removes at least this many expired updates, more than it adds, and so catches up. */
  private static final int TRIM_STEP = 256;

  private final Retention retention;
  private final LogClock clock;
  private final MemoryKeys keys;
  private final String logId = LogIds.log();
  private final Lineage lineage = new Lineage(List.of(new Lineage.Epoch(LogIds.epoch(), 1)));
  private final MemoryPages pages = new MemoryPages();
  private final UpdatesByTopic byTopic = new UpdatesByTopic();
  private final TopicDirectory directory;
  private final Map<Topic, Long> ended = new HashMap<>();

  /** Whether the last trim may have left updates that the retention no longer allows. */
  private volatile boolean overdue;

  public MemoryHistory(Retention retention) {
    this(retention, 0);
  }

  /**
   * Begins with no updates.
   *
   * @param directoryTopics how many topics are remembered; 0 for as many as the heap allows
   */
  public MemoryHistory(Retention retention, int directoryTopics) {
    this(retention, LogClock.system(), new TopicDirectory(directoryTopics));
  }

  public MemoryHistory(Retention retention, LogClock clock) {
    this(retention, clock, new TopicDirectory(0));
  }

  MemoryHistory(Retention retention, LogClock clock, TopicDirectory directory) {
    this.directory = directory;
    directory.begin(1);
    directory.filled(directory.generation());
    this.retention = retention;
    this.clock = clock;
    this.keys = new MemoryKeys(retention.ofKeys().toMillis(), retention.keys());
  }

  @Override
  public synchronized LogHead head() {
    return new LogHead(logId, lineage, pages.earliest(), pages.last(), !ended.isEmpty());
  }

  @Override
  public synchronized Retained retained() {
    return new Retained(pages.bytes(), pages.oldestMillis(), keys.count(), 0, directory.size());
  }

  @Override
  public synchronized Future<Commit> append(List<Batch> group) {
    long before = pages.last();
    Transaction transaction = new Transaction();
    List<Outcome> outcomes =
        new Admission<>(transaction, lineage, retention, transaction.timeMillis).admit(group);
    List<Update> added = transaction.added;
    directory.appended(added);
    trim(TRIM_STEP + 2 * added.size());
    return Future.succeededFuture(
        new Commit(outcomes, new Page(lineage, pages.earliest(), before, pages.last(), added)));
  }

  /** A group that is being appended. */
  private final class Transaction implements Admission.Store<RuntimeException> {
    private final long timeMillis = clock.nextMillis();
    private final long ageMillis = clock.ageMillis();
    private final List<Update> added = new ArrayList<>();

    @Override
    public @Nullable KeyEntry find(Digest key) {
      return keys.find(key, ageMillis);
    }

    @Override
    public boolean isFullOfKeys() {
      return keys.isFull();
    }

    @Override
    public Optional<Topic> firstEnded(List<Topic> topics) {
      return topics.stream().filter(ended::containsKey).findFirst();
    }

    @Override
    public Position add(Draft draft) {
      Position position = new Position(lineage.current().name(), pages.last() + 1);
      Update update = draft.at(position, timeMillis);
      pages.add(update);
      byTopic.add(update);
      if (update.end()) {
        update.topics().forEach(topic -> ended.put(topic, update.sequence()));
      }
      added.add(update);
      return position;
    }

    @Override
    public void remember(KeyEntry entry) {
      keys.remember(entry);
    }
  }

  @Override
  public boolean isOverdue() {
    return overdue;
  }

  private void trim(int most) {
    long now = clock.ageMillis();
    long expiredBefore = retention.expiredBefore(now);
    for (int i = 0; i < most && exceedsRetention(expiredBefore); i++) {
      removeEarliest();
    }
    overdue = exceedsRetention(expiredBefore);
    keys.forget(now);
  }

  private boolean exceedsRetention(long expiredBefore) {
    return retention.isExceeded(pages.count(), pages.bytes(), pages.oldestMillis(), expiredBefore);
  }

  private void removeEarliest() {
    Update update = pages.removeEarliest();
    byTopic.removeOldest(update);
    directory.removed(update.topics(), update.sequence());
    if (update.end()) {
      ended.keySet().removeAll(update.topics());
    }
  }

  @Override
  public synchronized Future<Page> read(long after) {
    return Future.succeededFuture(pages.page(after, lineage));
  }

  @Override
  public Future<Long> beforeNewest(int count, Interest interest, Deadline deadline) {
    NewestUpdates newest = new NewestUpdates(count, head().last());
    if (interest.patterns().isEmpty()) {
      interest.topics().forEach(topic -> newest.add(topic, Long.MAX_VALUE));
    } else if (directory.isComplete()) {
      directory.each(interest, deadline, newest::visit);
    } else {
      addMatching(interest, newest);
    }
    return Future.succeededFuture(before(newest, deadline));
  }

  private synchronized void addMatching(Interest interest, NewestUpdates newest) {
    byTopic.each(interest, newest::add);
  }

  private synchronized long before(NewestUpdates newest, Deadline deadline) {
    long oldest = newest.oldestOfNewest(byTopic::newest, pages.earliest(), deadline);
    return Math.max(oldest, pages.earliest()) - 1;
  }

  @Override
  public Future<Gap> seek(long after, Interest interest, Deadline deadline) {
    long moment = head().last();
    if (!interest.patterns().isEmpty()) {
      Set<Topic> topics = directory.after(after, interest, deadline);
      return Future.succeededFuture(gap(after, topics, moment));
    }
    synchronized (this) {
      Gap retained = gap(after, interest.topics(), moment);
      return Future.succeededFuture(directory.withRemoved(after, interest.topics(), retained));
    }
  }

  /**
   * The gap in which topics have no updates.
   *
   * @param topics null if they are too many
   * @param moment the newest update that counts
   */
  private synchronized Gap gap(long after, @Nullable Set<Topic> topics, long moment) {
    long from = Math.max(after, pages.earliest() - 1);
    long to = topics == null ? from : Math.min(byTopic.next(from, topics) - 1, moment);
    return new Gap(from, Math.max(from, to));
  }

  @Override
  public synchronized Future<Map<Topic, Long>> ended(Set<Topic> topics) {
    Map<Topic, Long> found = new HashMap<>();
    for (Topic topic : topics) {
      Long at = ended.get(topic);
      if (at != null) {
        found.put(topic, at);
      }
    }
    return Future.succeededFuture(found);
  }

  @Override
  public long newestRemoved(Set<Topic> topics) {
    return directory.newestRemoved(topics);
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
