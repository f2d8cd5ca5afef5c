package dev.outpour.history.index;

import dev.outpour.update.Topic;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A bounded table of topics: of each the newest update, the newest removed one, and the one that
 * ended it.
 *
 * <p>Topics without retained updates make room for others. They leave a floor behind: a topic
 * without an entry counts as having lost updates up to the floor. Thread-safe; a thread that
 * iterates blocks nobody.
 */
final class TopicTable {

  private final int mostTopics;
  private final Map<String, TopicEntry> entries = new ConcurrentHashMap<>();

  /**
   * Head of the list of entries in the order in which they were added. They lie side by side in
   * memory, so walking the list is six times faster than walking the map.
   */
  private final TopicEntry before = new TopicEntry("", 0);

  /** The end of the list; guarded by {@link #before}, like the links between entries. */
  private TopicEntry newestEntry = before;

  private volatile long earliest = 1;

  /** It rises before the entries below it are dropped. */
  private final AtomicLong floor = new AtomicLong();

  /** Up to this number, updates have been removed whose topics are unknown. */
  private final AtomicLong lost = new AtomicLong();

  /** How many topics have lost their last update since {@link #makeRoom}. */
  private final AtomicInteger gone = new AtomicInteger();

  TopicTable(int mostTopics) {
    this.mostTopics = mostTopics;
  }

  /**
   * Empties the table for a log about which nothing is known.
   *
   * @param first the sequence number of the earliest update retained
   */
  void begin(long first) {
    raiseFloor(first - 1);
    earliest = first;
    synchronized (before) {
      before.next = null;
      newestEntry = before;
    }
    entries.clear();
    gone.set(0);
  }

  int size() {
    return entries.size();
  }

  int mostTopics() {
    return mostTopics;
  }

  /** The sequence number of the earliest update retained. */
  long earliest() {
    return earliest;
  }

  long floor() {
    return floor.get();
  }

  /** Whether another topic finds no room. */
  boolean isFull() {
    return entries.size() >= mostTopics;
  }

  @Nullable TopicEntry get(Topic topic) {
    return entries.get(topic.name());
  }

  /** The entry that was added first; the others follow by {@link TopicEntry#next}. */
  @Nullable TopicEntry first() {
    return before.next;
  }

  /** Whether an update is retained and follows another. */
  boolean isAfter(long number, long newest) {
    return newest > number && newest >= earliest;
  }

  private TopicEntry append(String name, long removed) {
    TopicEntry entry = new TopicEntry(name, removed);
    synchronized (before) {
      newestEntry.next = entry;
      newestEntry = entry;
    }
    return entry;
  }

  /**
   * Notes an update in a topic.
   *
   * @return false if the topic is new and finds no room
   */
  boolean add(Topic topic, long number) {
    if (!entries.containsKey(topic.name()) && isFull()) {
      return false;
    }
    entries.compute(
        topic.name(),
        (name, entry) -> {
          TopicEntry own = entry == null ? append(name, floor.get()) : entry;
          own.newest = Math.max(own.newest, number);
          return own;
        });
    return true;
  }

  /** Notes the update that ended a topic. */
  void end(Topic topic, long number) {
    entries.computeIfPresent(
        topic.name(),
        (name, entry) -> {
          entry.ended = Math.max(entry.ended, number);
          return entry;
        });
  }

  /** The update that ended a topic; 0 if it has not ended, or that update has expired. */
  long endOf(Topic topic) {
    TopicEntry entry = get(topic);
    return entry == null || entry.ended < earliest ? 0 : entry.ended;
  }

  /**
   * Notes that the oldest update was removed from the log.
   *
   * @param topics its topics; none if those of this update and the ones before are unknown
   */
  void removed(Collection<Topic> topics, long number) {
    if (topics.isEmpty()) {
      lost.accumulateAndGet(number, Math::max);
    }
    for (Topic topic : topics) {
      if (!entries.containsKey(topic.name()) && isFull()) {
        raiseFloor(number);
        continue;
      }
      entries.compute(
          topic.name(),
          (name, entry) -> {
            TopicEntry own = entry == null ? append(name, number) : entry;
            own.removed = number;
            if (own.newest <= number) {
              gone.incrementAndGet();
            }
            return own;
          });
    }
    earliest = number + 1;
  }

  /**
   * The newest update in one of the topics that is no longer retained. The answer may be too high,
   * never too low; 0 if there is none.
   */
  long newestRemoved(Collection<Topic> topics) {
    long newest = topics.isEmpty() ? 0 : lost.get();
    for (Topic topic : topics) {
      TopicEntry entry = get(topic);
      newest = Math.max(newest, entry == null ? floor.get() : entry.removed);
    }
    return newest;
  }

  /** Whether topics without retained updates take room that others may need soon. */
  boolean isCrowded() {
    return entries.size() > mostTopics - mostTopics / 8 && gone.get() > mostTopics / 16;
  }

  /** Drops most of the topics without retained updates; those that lost theirs first go first. */
  void makeRoom() {
    gone.set(0);
    long[] numbers =
        entries.values().stream()
            .filter(this::isGone)
            .mapToLong(entry -> entry.removed)
            .sorted()
            .toArray();
    if (numbers.length == 0) {
      return;
    }
    long upTo = numbers[Math.min(numbers.length - 1, numbers.length * 3 / 4)];
    raiseFloor(upTo);
    for (String name : entries.keySet()) {
      entries.computeIfPresent(
          name,
          (same, entry) -> {
            entry.forgotten = isGone(entry) && entry.removed <= upTo;
            return entry.forgotten ? null : entry;
          });
    }
    unlinkForgotten();
  }

  /** Takes dropped entries out of the list. A thread that stands at one still finds the next. */
  private void unlinkForgotten() {
    synchronized (before) {
      TopicEntry kept = before;
      for (TopicEntry entry = before.next; entry != null; entry = entry.next) {
        // Do not ask the map: an entry is in the list before it is in the map.
        if (!entry.forgotten) {
          kept.next = entry;
          kept = entry;
        }
      }
      kept.next = null;
      newestEntry = kept;
    }
  }

  private void raiseFloor(long number) {
    floor.accumulateAndGet(number, Math::max);
  }

  private boolean isGone(TopicEntry entry) {
    return entry.newest < earliest;
  }
}
