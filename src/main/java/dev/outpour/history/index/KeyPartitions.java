package dev.outpour.history.index;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * How the keys that a log holds lie in at most {@value #TABLES} tables, by their time: a table that
 * is old enough is emptied as a whole, and used again.
 *
 * <pre>
 *   table 7   keys   1 ..  900   of 8:00 to 8:48
 *   table 8   keys 901 .. 1400   of 8:48 to 9:20, growing
 * </pre>
 *
 * <p>Keys are numbered without gaps, in the order of time from one table to the next. Not for use
 * by several threads.
 */
public final class KeyPartitions {

  public static final int TABLES = 32;

  /** With one that goes and one that comes there are no more than there are tables. */
  private static final int SPANS = TABLES - 2;

  /**
   * The keys in one table.
   *
   * @param first the number of the first
   * @param next one more than the number of the last
   * @param beginMillis the time of the oldest
   * @param newestMillis the time of the newest
   */
  public record Partition(int table, long first, long next, long beginMillis, long newestMillis) {

    /** The same with one more. */
    Partition with(long timeMillis) {
      return new Partition(
          table,
          first,
          next + 1,
          Math.min(beginMillis, timeMillis),
          Math.max(newestMillis, timeMillis));
    }
  }

  private final long keepMillis;
  private final Deque<Partition> held = new ArrayDeque<>();
  private long next = 1;

  public KeyPartitions(long keepMillis) {
    this.keepMillis = keepMillis;
  }

  /** Goes on after a number that has been given, even if its key is not held any more. */
  public void startAfter(long number) {
    next = Math.max(next, number + 1);
  }

  /** Takes in a table that is there already, newer than those taken in before. */
  public void restore(Partition partition) {
    held.add(partition);
    startAfter(partition.next() - 1);
  }

  /** The table for keys of a time, none of which is older than those that are held. */
  public int tableFor(long timeMillis) {
    Partition newest = held.peekLast();
    if (newest == null) {
      return 0;
    }
    boolean over = timeMillis - newest.beginMillis() >= keepMillis / SPANS;
    // Where no table is free, as may be if keys are to be kept for longer now, this one grows on.
    return over && held.size() < TABLES ? free(newest.table()) : newest.table();
  }

  /** The first empty table after one. */
  private int free(int table) {
    int next = table;
    do {
      next = (next + 1) % TABLES;
    } while (isHeld(next));
    return next;
  }

  private boolean isHeld(int table) {
    return held.stream().anyMatch(each -> each.table() == table);
  }

  /** Counts a key that was added to the table for its time; returns its number. */
  public long add(long timeMillis) {
    Partition newest = held.peekLast();
    int table = tableFor(timeMillis);
    if (newest != null && newest.table() == table) {
      held.removeLast();
      held.add(newest.with(timeMillis));
    } else {
      held.add(new Partition(table, next, next + 1, timeMillis, timeMillis));
    }
    return next++;
  }

  public boolean isExpired(long timeMillis, long nowMillis) {
    return timeMillis <= nowMillis - keepMillis;
  }

  /** The oldest table, if all its keys are old enough. */
  @Nullable
  public Partition expired(long nowMillis) {
    Partition oldest = held.peekFirst();
    return oldest != null && isExpired(oldest.newestMillis(), nowMillis) ? oldest : null;
  }

  /** Counts the oldest table as empty. */
  public void removeOldest() {
    held.removeFirst();
  }

  /** Where a key lies; null if it is not held. */
  @Nullable
  public Partition of(long number) {
    for (Iterator<Partition> newest = held.descendingIterator(); newest.hasNext(); ) {
      Partition partition = newest.next();
      if (number >= partition.first()) {
        return number < partition.next() ? partition : null;
      }
    }
    return null;
  }

  /** The number of the oldest key held, or of the next if none is. */
  public long lowest() {
    return held.isEmpty() ? next : held.getFirst().first();
  }

  /** The number of the next key. */
  public long next() {
    return next;
  }

  /** How many keys are held. */
  public long count() {
    return next - lowest();
  }
}
