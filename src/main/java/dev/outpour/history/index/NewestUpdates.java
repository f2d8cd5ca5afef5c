package dev.outpour.history.index;

import dev.outpour.loop.Deadline;
import dev.outpour.update.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeSet;

/**
 * Finds the newest updates of some topics, as the log stood at one moment, in work that grows with
 * what is asked for and not with the topics.
 *
 * <p>Of a topic only the number of its newest update is taken in at first. Those with the newest
 * are looked into, from the newest on, until no other can have anything. Not for use by several
 * threads.
 *
 * @see #oldestOfNewest
 */
public final class NewestUpdates {

  /** An update has half as many topics at most and counts once; a topic may be named twice. */
  private static final int TOPICS_OF_ONE = 32;

  private static final int LOOK_AT_CLOCK = 63;

  /**
   * A topic.
   *
   * @param newest the number of its newest update, or one that it does not exceed
   */
  private record Candidate(Topic topic, long newest) implements Comparable<Candidate> {
    @Override
    public int compareTo(Candidate other) {
      return Long.compare(newest, other.newest);
    }
  }

  /**
   * Where the updates of a topic are found.
   *
   * @param <X> what looking there may fail with
   */
  @FunctionalInterface
  public interface Source<X extends Exception> {
    /** Adds the newest updates of a topic to those found, up to the moment and a count. */
    void newest(Topic topic, NewestUpdates found) throws X;
  }

  private final int count;
  private final long moment;
  private final PriorityQueue<Candidate> known = new PriorityQueue<>();
  private final List<Topic> unknown = new ArrayList<>();
  private final TreeSet<Long> found = new TreeSet<>();

  /**
   * Begins with no topics.
   *
   * @param count how many updates are asked for
   * @param moment the number of the newest update that counts
   */
  public NewestUpdates(int count, long moment) {
    this.count = count;
    this.moment = moment;
  }

  /** How many updates are asked for. */
  public int count() {
    return count;
  }

  /** The number of the newest update that counts. */
  public long moment() {
    return moment;
  }

  /**
   * Takes a topic in.
   *
   * @param newest the number of its newest update; beyond the moment, nothing is known of what it
   *     had then
   */
  public void add(Topic topic, long newest) {
    if (newest > moment) {
      unknown.add(topic);
      return;
    }
    boolean many = known.size() >= (count == 1 ? 1 : count * TOPICS_OF_ONE);
    if (many && newest <= known.element().newest()) {
      return;
    }
    if (many) {
      known.remove();
    }
    known.add(new Candidate(topic, newest));
  }

  /** As {@link #add}; true, since a topic that comes later may have newer ones. */
  public boolean visit(Topic topic, long newest) {
    add(topic, newest);
    return true;
  }

  /**
   * Takes an update in that a {@link Source} has found.
   *
   * @return whether an older one of the same topic may count, too
   */
  public boolean foundOne(long number) {
    if (isFull() && number < found.first()) {
      return false;
    }
    if (found.add(number) && found.size() > count) {
      found.pollFirst();
    }
    return true;
  }

  private boolean isFull() {
    return found.size() == count;
  }

  /**
   * The number of the oldest of the updates asked for.
   *
   * @param otherwise what it is where there are fewer
   */
  public <X extends Exception> long oldestOfNewest(
      Source<X> source, long otherwise, Deadline deadline) throws X {
    int looked = 0;
    for (Topic each : unknown) {
      check(deadline, ++looked);
      source.newest(each, this);
    }
    PriorityQueue<Candidate> newestFirst =
        new PriorityQueue<>((a, b) -> Long.compare(b.newest(), a.newest()));
    newestFirst.addAll(known);
    for (Candidate next = newestFirst.poll(); next != null; next = newestFirst.poll()) {
      if (isFull() && next.newest() < found.first()) {
        break;
      }
      check(deadline, ++looked);
      if (count == 1) {
        foundOne(next.newest());
        break;
      }
      source.newest(next.topic(), this);
    }
    return isFull() ? found.first() : otherwise;
  }

  private static void check(Deadline deadline, int looked) {
    if ((looked & LOOK_AT_CLOCK) == 0) {
      deadline.check();
    }
  }
}
