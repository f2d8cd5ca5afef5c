package dev.outpour.history.index;

import dev.outpour.loop.Deadline;
import dev.outpour.update.Gap;
import dev.outpour.update.Interest;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The topics of a log in memory, to answer questions about topics and patterns without reading the
 * log.
 *
 * <p>The log's writer adds each commit before anyone can see it. The topics that the log held when
 * it was opened are filled in from the store meanwhile; until that is done, {@link #isComplete} is
 * false. It also stays false if the log has more topics than fit. Thread-safe; a search blocks
 * nobody.
 */
public final class TopicDirectory {

  /** About how many bytes a topic takes, with a name of 20 letters. */
  static final int TOPIC_BYTES = 150;

  private static final int LEAST = 1_000;

  /** Without a configured bound, the directory takes at most this fraction of the heap. */
  private static final int HEAP_SHARE = 8;

  /** With more topics, reading on costs no more than asking for each. */
  private static final int MOST_SOUGHT = 256;

  private final TopicTable topics;
  private volatile boolean complete;

  /** Counts the events that make a running fill miss topics. */
  private volatile int generation;

  /**
   * Begins with no topics.
   *
   * @param mostTopics how many topics fit; 0 for as many as an eighth of the heap holds
   */
  public TopicDirectory(int mostTopics) {
    this.topics = new TopicTable(mostTopics > 0 ? mostTopics : byHeap());
  }

  private static int byHeap() {
    long room = Runtime.getRuntime().maxMemory() / HEAP_SHARE / TOPIC_BYTES;
    return (int) Math.max(LEAST, Math.min(room, Integer.MAX_VALUE / 2));
  }

  /** How many topics it has. */
  public int size() {
    return topics.size();
  }

  /** How many topics fit. */
  public int mostTopics() {
    return topics.mostTopics();
  }

  /** Whether it has every topic with retained updates. */
  public boolean isComplete() {
    return complete;
  }

  /** Whether it has room for no more topics, and lacks some. */
  public boolean isFull() {
    return !complete && topics.isFull();
  }

  /** The generation to which a fill that begins now belongs. */
  public int generation() {
    return generation;
  }

  /**
   * Begins again with no topics, for a log that was just opened.
   *
   * @param first the sequence number of the earliest update retained
   */
  public synchronized void begin(long first) {
    complete = false;
    generation++;
    topics.begin(first);
  }

  /**
   * Fills in a topic from the store.
   *
   * @param newest the newest update in the topic at some time since the fill began
   * @param fillGeneration the {@link #generation} when the fill began
   */
  public synchronized void found(Topic topic, long newest, int fillGeneration) {
    if (fillGeneration == generation) {
      add(topic, newest);
    }
  }

  /**
   * Fills in the end of a topic from the store, before the fill is {@link #filled complete}.
   *
   * @param number the update that ended the topic
   * @param fillGeneration the {@link #generation} when the fill began
   */
  public synchronized void foundEnd(Topic topic, long number, int fillGeneration) {
    if (fillGeneration == generation) {
      add(topic, number);
      topics.end(topic, number);
    }
  }

  /** Ends a fill. The directory is complete unless a topic found no room meanwhile. */
  public synchronized void filled(int fillGeneration) {
    if (fillGeneration == generation) {
      complete = true;
    }
  }

  private synchronized void miss() {
    complete = false;
    generation++;
  }

  /** Adds committed updates, in order, before anyone can see them. */
  public void appended(List<Update> updates) {
    for (int i = 0; i < updates.size(); i++) {
      Update update = updates.get(i);
      for (Topic topic : update.topics()) {
        add(topic, update.sequence());
        if (update.end()) {
          topics.end(topic, update.sequence());
        }
      }
    }
  }

  private void add(Topic topic, long number) {
    if (!topics.add(topic, number)) {
      miss();
    }
  }

  /**
   * The update that ended a topic; 0 if the topic has not ended, or that update has expired. Only
   * valid while {@link #isComplete}.
   */
  public long endOf(Topic topic) {
    return topics.endOf(topic);
  }

  /**
   * Notes that the oldest update was removed from the log.
   *
   * @param removed its topics; none if those of this update and the ones before are unknown
   */
  public void removed(Collection<Topic> removed, long number) {
    topics.removed(removed, number);
  }

  /**
   * The newest update in one of the topics that is no longer retained. The answer may be too high,
   * never too low; 0 if there is none.
   */
  public long newestRemoved(Collection<Topic> asked) {
    return topics.newestRemoved(asked);
  }

  /**
   * Extends a gap in the retained updates to updates that were removed.
   *
   * @param after the number after which the gap was asked for
   * @param asked the topics that have nothing in the gap
   * @param retained the gap in the updates that were retained a moment ago
   */
  public Gap withRemoved(long after, Collection<Topic> asked, Gap retained) {
    if (retained.from() <= after) {
      return retained;
    }
    // Read this first: the store may have removed more than the directory knows by now.
    long known = topics.earliest() - 1;
    long from = Math.max(after, newestRemoved(asked));
    return new Gap(from, Math.max(from, known < retained.from() ? known : retained.to()));
  }

  /**
   * Visits the topics that match and have retained updates. The newest update of a topic may
   * already be newer than the moment of the call.
   */
  public void each(Interest interest, Deadline deadline, TopicVisitor visitor) {
    TopicScan.eachAfter(topics, topics.earliest() - 1, interest, deadline, visitor);
  }

  /**
   * The topics that match and have updates after a number. Null if not all topics are known, or if
   * so many match that reading on costs no more than asking for each.
   */
  @Nullable
  public Set<Topic> after(long number, Interest interest, Deadline deadline) {
    if (!complete) {
      return null;
    }
    Set<Topic> found = new HashSet<>();
    TopicScan.eachAfter(
        topics,
        number,
        interest,
        deadline,
        (topic, newest) -> {
          found.add(topic);
          return found.size() <= MOST_SOUGHT;
        });
    return found.size() > MOST_SOUGHT ? null : found;
  }

  /** Whether topics without retained updates take room that others may need soon. */
  public boolean isCrowded() {
    return topics.isCrowded();
  }

  /** Whether it lacks topics that a fill would add. */
  public boolean isToBeFilled() {
    return !complete && topics.size() < topics.mostTopics() - topics.mostTopics() / 4;
  }

  /** Drops most of the topics without retained updates; those that lost theirs first go first. */
  public void makeRoom() {
    topics.makeRoom();
  }

  /** Describes the directory, for the log. */
  @Override
  public String toString() {
    return "%d topics of %d, %s, removed up to %d"
        .formatted(
            size(), topics.mostTopics(), complete ? "complete" : "incomplete", topics.floor());
  }
}
