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
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A log in memory: the reference for what a {@link History} does, and gone with its process.
 *
 * <pre>
 *   blocks    0 -> [1 .. 1024]      finished: read as one page for ever
 *          1024 -> [1025 .. 1203]   the last one, growing
 * </pre>
 *
 * <p>It keeps the obligations of {@link History} as far as memory can: durable means until the
 * process ends. Every future it returns has completed already: whoever calls does the work.
 */
public final class MemoryHistory implements History {

  /** How many expired updates go with one append at least: more than come, so it catches up. */
  private static final int TRIM_STEP = 256;

  private final Retention retention;
  private final LogClock clock;
  private final MemoryKeys keys;
  private final String logId = LogIds.log();
  private final Lineage lineage;
  private final NavigableMap<Long, MemoryBlock> blocks = new TreeMap<>();
  private final UpdatesByTopic byTopic = new UpdatesByTopic();
  private final TopicDirectory directory;
  private final Map<Topic, Long> ended = new HashMap<>();
  private long earliest = 1;
  private long last;
  private long bytes;

  /** Whether what was removed last may not have been the last that has to go. */
  private volatile boolean overdue;

  public MemoryHistory(Retention retention) {
    this(retention, 0);
  }

  /**
   * Begins with no updates.
   *
   * @param directoryTopics how many topics it remembers; 0 for as many as the heap allows
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
    this.lineage = new Lineage(List.of(new Lineage.Epoch(LogIds.epoch(), 1)));
  }

  @Override
  public synchronized LogHead head() {
    return new LogHead(logId, lineage, earliest, last, !ended.isEmpty());
  }

  @Override
  public synchronized Retained retained() {
    long oldestMillis = blocks.isEmpty() ? 0 : blocks.firstEntry().getValue().first().timeMillis();
    return new Retained(bytes, oldestMillis, keys.count(), 0, directory.size());
  }

  @Override
  public synchronized Future<Commit> append(List<Batch> group) {
    long before = last;
    Arrivals arrivals = new Arrivals();
    List<Outcome> outcomes =
        new Admission<>(arrivals, lineage, retention, arrivals.time).admit(group);
    directory.appended(arrivals.added);
    trim(TRIM_STEP + 2 * arrivals.added.size());
    return Future.succeededFuture(
        new Commit(outcomes, new Page(lineage, earliest, before, last, arrivals.added)));
  }

  /** What comes in with a group. */
  private final class Arrivals implements Admission.Store<RuntimeException> {
    private final long time = clock.nextMillis();
    private final long now = clock.ageMillis();
    private final List<Update> added = new ArrayList<>();

    @Override
    public @Nullable KeyEntry find(Digest key) {
      return keys.find(key, now);
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
      Update update = draft.at(new Position(lineage.current().name(), last + 1), time);
      takeIn(update);
      added.add(update);
      return update.position();
    }

    @Override
    public void remember(KeyEntry entry) {
      keys.remember(entry);
    }
  }

  private void takeIn(Update update) {
    Map.Entry<Long, MemoryBlock> newest = blocks.lastEntry();
    MemoryBlock block = newest == null ? null : newest.getValue();
    if (block == null || !block.hasRoomFor(update)) {
      block = new MemoryBlock();
      blocks.put(last, block);
    }
    block.add(update);
    byTopic.add(update);
    if (update.end()) {
      update.topics().forEach(topic -> ended.put(topic, update.sequence()));
    }
    last = update.sequence();
    bytes += update.weight();
  }

  @Override
  public boolean isOverdue() {
    return overdue;
  }

  private void trim(int most) {
    long now = clock.ageMillis();
    long oldest = now - retention.age().toMillis();
    for (int i = 0; i < most && hasTooMuch(oldest); i++) {
      removeEarliest();
    }
    overdue = hasTooMuch(oldest);
    keys.forget(now);
  }

  /** Whether the earliest update has to go. */
  private boolean hasTooMuch(long expiredBefore) {
    return earliest <= last
        && (last - earliest + 1 > retention.updates()
            || bytes > retention.bytes()
            || blocks.firstEntry().getValue().first().timeMillis() < expiredBefore);
  }

  private void removeEarliest() {
    MemoryBlock block = blocks.firstEntry().getValue();
    Update update = block.first();
    block.removeFirst();
    if (block.isEmpty()) {
      blocks.pollFirstEntry();
    }
    byTopic.removeOldest(update);
    directory.removed(update.topics(), update.sequence());
    if (update.end()) {
      ended.keySet().removeAll(update.topics());
    }
    bytes -= update.weight();
    earliest = update.sequence() + 1;
  }

  @Override
  public synchronized Future<Page> read(long after) {
    if (after >= last || earliest > last) {
      return Future.succeededFuture(new Page(lineage, earliest, after, last, List.of()));
    }
    // Whoever asks for what is gone gets what is left, on a page that says where that begins.
    Map.Entry<Long, MemoryBlock> block = blocks.floorEntry(Math.max(after, earliest - 1));
    Map.Entry<Long, MemoryBlock> next = blocks.higherEntry(block.getKey());
    long to = next == null ? last : next.getKey();
    return Future.succeededFuture(
        new Page(
            lineage, earliest, Math.min(after, block.getKey()), to, block.getValue().updates()));
  }

  @Override
  public Future<Long> beforeNewest(int count, Interest interest, Deadline deadline) {
    NewestUpdates topics = new NewestUpdates(count, head().last());
    if (interest.patterns().isEmpty()) {
      interest.topics().forEach(topic -> topics.add(topic, Long.MAX_VALUE));
    } else if (directory.isComplete()) {
      directory.each(interest, deadline, topics::visit);
    } else {
      eachHere(interest, topics);
    }
    return Future.succeededFuture(before(topics, deadline));
  }

  private synchronized void eachHere(Interest interest, NewestUpdates topics) {
    byTopic.each(interest, topics::add);
  }

  private synchronized long before(NewestUpdates topics, Deadline deadline) {
    long oldest = topics.oldestOfNewest(byTopic::newest, earliest, deadline);
    return Math.max(oldest, earliest) - 1;
  }

  @Override
  public Future<Gap> seek(long after, Interest interest, Deadline deadline) {
    long moment = head().last();
    Set<Topic> topics = interest.topics();
    if (!interest.patterns().isEmpty()) {
      topics = directory.after(after, interest, deadline);
    }
    return Future.succeededFuture(
        interest.patterns().isEmpty()
            ? overRemoved(after, interest.topics(), moment)
            : gap(after, topics, moment));
  }

  private synchronized Gap overRemoved(long after, Set<Topic> topics, long moment) {
    return directory.withRemoved(after, topics, gap(after, topics, moment));
  }

  /**
   * The stretch in which topics have nothing.
   *
   * @param topics null if they are too many
   * @param moment the newest update of which they are told
   */
  private synchronized Gap gap(long after, @Nullable Set<Topic> topics, long moment) {
    long from = Math.max(after, earliest - 1);
    if (topics == null) {
      return new Gap(from, from);
    }
    long to = Math.min(byTopic.next(from, topics) - 1, moment);
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
