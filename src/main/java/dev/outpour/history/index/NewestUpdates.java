package dev.outpour.history.index;

import dev.outpour.loop.Deadline;
import dev.outpour.update.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeSet;

/**
 * Finds the newest updates of some topics as of one moment, in work that grows with the number of
 * updates asked for and not with the number of topics.
 *
 * <p>At first it collects only the newest update of each topic. Then it searches the topics, the
 * one with the newest update first, until no other topic can have one of the newest updates. Not
 * thread-safe.
 *
 * @see #oldestOfNewest
 */
public final class NewestUpdates {

  /** Twice the most topics of one update: it counts once, and a topic may be added twice. */
  private static final int TOPICS_OF_ONE = 32;

  /** The clock is checked once for this many topics, a power of two less one. */
  private static final int CLOCK_MASK = 63;

  /**
   * A topic.
   *
   * @param newest its newest update, or an upper bound
   */
  private record Candidate(Topic topic, long newest) implements Comparable<Candidate> {
    @Override
    public int compareTo(Candidate other) {
      return Long.compare(newest, other.newest);
    }
  }

  /**
   * Finds the updates of a topic.
   *
   * @param <X> what it may fail with
   */
  @FunctionalInterface
  public interface Source<X extends Exception> {
    /** Adds the newest updates of a topic, up to the moment and the count. */
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
   * @param moment the newest update that counts
   */
  public NewestUpdates(int count, long moment) {
    this.count = count;
    this.moment = moment;
  }

  /** How many updates are asked for. */
  public int count() {
    return count;
  }

  /** The newest update that counts. */
  public long moment() {
    return moment;
  }

  /**
   * Adds a topic.
   *
   * @param newest its newest update; if that is beyond the moment, its newest update then is
   *     unknown
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

  /** As {@link #add}; always true, since the next topic may have newer updates. */
  public boolean visit(Topic topic, long newest) {
    add(topic, newest);
    return true;
  }

  /**
   * Adds an update that a {@link Source} has found.
   *
   * @return whether an older update of the same topic may count too
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
   * The oldest of the newest updates.
   *
   * @param otherwise the result if there are fewer than asked for
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
    if ((looked & CLOCK_MASK) == 0) {
      deadline.check();
    }
  }
}
