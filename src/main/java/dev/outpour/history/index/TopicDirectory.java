package dev.outpour.history.index;

import dev.outpour.loop.Deadline;
import dev.outpour.update.Gap;
import dev.outpour.update.Interest;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The topics of a log in memory: of each the number of its newest update, of the newest one that
 * was removed, and of the one that ended it.
 *
 * <p>The log's writer keeps it up to date, with each commit before anyone can see it; what the log
 * held when it was opened is filled in beside that, and until then {@link #isComplete} is false.
 * The number of topics is bounded. Topics of which nothing is retained make room first: the floor
 * rises to them, up to which every topic without an entry counts as removed. Where even those that
 * are retained are too many, it stays incomplete. It may be used from any thread; nobody waits for
 * who searches.
 */
public final class TopicDirectory {

  /** About what a topic takes, with a name of 20 letters. */
  static final int TOPIC_BYTES = 150;

  private static final int LEAST = 1_000;

  /** Of the heap, what it takes at most unless a bound is set. */
  private static final int HEAP_SHARE = 8;

  /** Of more topics, reading on costs no more than asking for each. */
  private static final int MOST_SOUGHT = 256;

  private static final int LOOK_AT_CLOCK = 1_023;

  /** Who is told of topics. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Takes in a topic.
     *
     * @return whether to go on
     */
    boolean visit(Topic topic, long newest);
  }

  /** Where a topic stands. Changed while its place in the map is locked. */
  private static final class Entry {
    private final String name;
    private volatile long newest;
    private volatile long removed;
    private volatile long ended;

    /** That of the topic which came next, for who looks at all of them. */
    private volatile @Nullable Entry next;

    private volatile boolean forgotten;

    Entry(String name, long removed) {
      this.name = name;
      this.removed = removed;
    }
  }

  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  /**
   * Before the first of all entries, in the order in which they came: they lie side by side in
   * memory like that, and going through the map instead takes six times as long.
   */
  private final Entry before = new Entry("", 0);

  /** Guarded by {@link #before}, as is each way from one entry to the next. */
  private Entry newestEntry = before;

  private final int mostTopics;
  private volatile long earliest = 1;

  /** Rises before an entry goes. */
  private final AtomicLong floor = new AtomicLong();

  /** Up to it updates have gone of which nobody knows the topics. */
  private final AtomicLong lost = new AtomicLong();

  private volatile boolean complete;

  /** Counts what makes a filling that is under way miss topics. */
  private volatile int generation;

  /** How many topics have gone whole since there was room made. */
  private final AtomicInteger gone = new AtomicInteger();

  /**
   * Begins with no topics.
   *
   * @param mostTopics how many it holds; 0 for as many as an eighth of the heap holds
   */
  public TopicDirectory(int mostTopics) {
    this.mostTopics = mostTopics > 0 ? mostTopics : byHeap();
  }

  private static int byHeap() {
    long room = Runtime.getRuntime().maxMemory() / HEAP_SHARE / TOPIC_BYTES;
    return (int) Math.max(LEAST, Math.min(room, Integer.MAX_VALUE / 2));
  }

  /** How many topics it knows. */
  public int size() {
    return entries.size();
  }

  /** How many topics it holds at most. */
  public int mostTopics() {
    return mostTopics;
  }

  /** Whether it knows every topic of which something is retained. */
  public boolean isComplete() {
    return complete;
  }

  /** Whether it holds as many topics as it may, and not all. */
  public boolean isFull() {
    return !complete && entries.size() >= mostTopics;
  }

  /** What a filling that begins now belongs to. */
  public int generation() {
    return generation;
  }

  /**
   * Begins anew with a log that was opened, and of which nothing is known.
   *
   * @param first the number of the earliest update retained
   */
  public synchronized void begin(long first) {
    complete = false;
    generation++;
    raiseFloor(first - 1);
    earliest = first;
    synchronized (before) {
      before.next = null;
      newestEntry = before;
    }
    entries.clear();
    gone.set(0);
  }

  private Entry begun(String name, long removed) {
    Entry entry = new Entry(name, removed);
    synchronized (before) {
      newestEntry.next = entry;
      newestEntry = entry;
    }
    return entry;
  }

  /**
   * Takes in a topic of the log's file, and its newest update at some time since the filling began.
   *
   * @param begun the {@link #generation} as the filling began
   */
  public synchronized void found(Topic topic, long newest, int begun) {
    if (begun == generation) {
      add(topic, newest);
    }
  }

  /**
   * Takes in that a topic of the log's file has ended, before that is {@link #filled}.
   *
   * @param begun the {@link #generation} as the filling began
   */
  public synchronized void foundEnd(Topic topic, long number, int begun) {
    if (begun == generation) {
      add(topic, number);
      end(topic, number);
    }
  }

  /** Takes in that all topics of the file were filled in, unless one found no room meanwhile. */
  public synchronized void filled(int begun) {
    if (begun == generation) {
      complete = true;
    }
  }

  private synchronized void miss() {
    complete = false;
    generation++;
  }

  /** Takes in updates that were committed, in order, before anyone can see them. */
  public void appended(List<Update> updates) {
    for (int i = 0; i < updates.size(); i++) {
      Update update = updates.get(i);
      for (Topic topic : update.topics()) {
        add(topic, update.sequence());
        if (update.end()) {
          end(topic, update.sequence());
        }
      }
    }
  }

  private void add(Topic topic, long number) {
    Entry known = entries.get(topic.name());
    if (known == null && entries.size() >= mostTopics) {
      miss();
      return;
    }
    entries.compute(
        topic.name(),
        (name, entry) -> {
          Entry own = entry == null ? begun(name, floor.get()) : entry;
          own.newest = Math.max(own.newest, number);
          return own;
        });
  }

  private void end(Topic topic, long number) {
    entries.computeIfPresent(
        topic.name(),
        (name, entry) -> {
          entry.ended = Math.max(entry.ended, number);
          return entry;
        });
  }

  /**
   * The number of the update that ended a topic; 0 if it has not ended, or that has expired. It
   * counts if the directory {@link #isComplete}.
   */
  public long endOf(Topic topic) {
    Entry entry = entries.get(topic.name());
    return entry == null || entry.ended < earliest ? 0 : entry.ended;
  }

  /**
   * Takes in that the oldest update was removed from the log.
   *
   * @param topics none if they are not known, nor those of what was before it
   */
  public void removed(Collection<Topic> topics, long number) {
    if (topics.isEmpty()) {
      lost.accumulateAndGet(number, Math::max);
    }
    for (Topic topic : topics) {
      if (!entries.containsKey(topic.name()) && entries.size() >= mostTopics) {
        raiseFloor(number);
        continue;
      }
      entries.compute(
          topic.name(),
          (name, entry) -> {
            Entry own = entry == null ? begun(name, number) : entry;
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
   * The number of the newest update in one of the topics that is not retained any more; no less
   * than it is, and 0 if there is none.
   */
  public long newestRemoved(Collection<Topic> topics) {
    long newest = topics.isEmpty() ? 0 : lost.get();
    for (Topic topic : topics) {
      Entry entry = entries.get(topic.name());
      newest = Math.max(newest, entry == null ? floor.get() : entry.removed);
    }
    return newest;
  }

  /**
   * What the topics have nothing in, of that which is retained and of that which is not.
   *
   * @param after the number that was asked for
   * @param retained where they have nothing after it, of what was retained at a moment that is over
   */
  public Gap withRemoved(long after, Collection<Topic> topics, Gap retained) {
    if (retained.from() <= after) {
      return retained;
    }
    // First what is known to be gone: the file may have lost more by now than was taken in here.
    long known = earliest - 1;
    long from = Math.max(after, newestRemoved(topics));
    return new Gap(from, Math.max(from, known < retained.from() ? known : retained.to()));
  }

  /**
   * Names the topics that are wanted and of which something is retained, each with the number of
   * its newest update, which may have risen since it was asked.
   */
  public void each(Interest interest, Deadline deadline, Visitor visitor) {
    eachAfter(earliest - 1, interest, deadline, visitor);
  }

  private void eachAfter(long number, Interest interest, Deadline deadline, Visitor visitor) {
    for (Topic topic : interest.topics()) {
      Entry entry = entries.get(topic.name());
      if (entry != null && isAfter(number, entry.newest) && !visitor.visit(topic, entry.newest)) {
        return;
      }
    }
    if (interest.patterns().isEmpty()) {
      return;
    }
    int looked = 0;
    for (Entry entry = before.next; entry != null; entry = entry.next) {
      if ((++looked & LOOK_AT_CLOCK) == 0) {
        deadline.check();
      }
      long newest = entry.newest;
      if (isAfter(number, newest) && interest.matchesPattern(entry.name)) {
        Topic topic = new Topic(entry.name);
        if (!interest.topics().contains(topic) && !visitor.visit(topic, newest)) {
          return;
        }
      }
    }
  }

  private boolean isAfter(long number, long newest) {
    return newest > number && newest >= earliest;
  }

  /**
   * The topics that are wanted and have something after a number; null if they are so many that
   * reading on costs no more than asking for each, or if not all are known.
   */
  @Nullable
  public Set<Topic> after(long number, Interest interest, Deadline deadline) {
    if (!complete) {
      return null;
    }
    Set<Topic> topics = new HashSet<>();
    eachAfter(
        number,
        interest,
        deadline,
        (topic, newest) -> {
          topics.add(topic);
          return topics.size() <= MOST_SOUGHT;
        });
    return topics.size() > MOST_SOUGHT ? null : topics;
  }

  /** Whether topics of which nothing is retained take room that others may soon need. */
  public boolean isCrowded() {
    return entries.size() > mostTopics - mostTopics / 8 && gone.get() > mostTopics / 16;
  }

  /** Whether it does not know all topics, and would if it were filled in. */
  public boolean isToBeFilled() {
    return !complete && entries.size() < mostTopics - mostTopics / 4;
  }

  /** Forgets most of the topics of which nothing is retained, those first that went first. */
  public void makeRoom() {
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
    leaveOut();
  }

  /** Has nobody come to the entries that were forgotten; who stands at one still goes on. */
  private void leaveOut() {
    synchronized (before) {
      Entry kept = before;
      for (Entry entry = before.next; entry != null; entry = entry.next) {
        // Not by the map: one that has just come is not in it yet.
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

  private boolean isGone(Entry entry) {
    return entry.newest < earliest;
  }

  /** What it says of itself, for the log. */
  @Override
  public String toString() {
    return "%d topics of %d, %s, removed up to %d"
        .formatted(size(), mostTopics, complete ? "complete" : "incomplete", floor.get());
  }
}
