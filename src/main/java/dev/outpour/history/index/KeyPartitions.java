package dev.outpour.history.index;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Spreads idempotency keys over at most {@value #TABLES} tables by their time. Once all keys of a
 * table have expired, it is emptied as a whole and used again.
 *
 * <pre>
 *   table 7   keys   1 ..  900   of 8:00 to 8:48
 *   table 8   keys 901 .. 1400   of 8:48 to 9:20, growing
 * </pre>
 *
 * <p>Keys are numbered without gaps. Not thread-safe.
 */
public final class KeyPartitions {

  public static final int TABLES = 32;

  /** Two fewer than tables: one table may still be expiring while another begins. */
  private static final int SPANS = TABLES - 2;

  /**
   * The keys in one table.
   *
   * @param first the number of the first key
   * @param next one more than the number of the last key
   * @param beginMillis the time of the oldest key
   * @param newestMillis the time of the newest key
   */
  public record Partition(int table, long first, long next, long beginMillis, long newestMillis) {

    /** The same table with one more key. */
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

  /** Continues after a number that was assigned, even if its key is no longer held. */
  public void startAfter(long number) {
    next = Math.max(next, number + 1);
  }

  /** Adds a table that exists already; it is newer than those added before. */
  public void restore(Partition partition) {
    held.add(partition);
    startAfter(partition.next() - 1);
  }

  /** The table for keys of a time that is not before that of any key held. */
  public int tableFor(long timeMillis) {
    Partition newest = held.peekLast();
    if (newest == null) {
      return 0;
    }
    boolean spanIsOver = timeMillis - newest.beginMillis() >= keepMillis / SPANS;
    // If no table is free, as after a longer retention was configured, the newest grows on.
    return spanIsOver && held.size() < TABLES ? free(newest.table()) : newest.table();
  }

  /** The first empty table after a given one. */
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

  /** Counts a key that was added to {@link #tableFor its table}; returns its number. */
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

  /** The oldest table, if all its keys have expired. */
  @Nullable
  public Partition expired(long nowMillis) {
    Partition oldest = held.peekFirst();
    return oldest != null && isExpired(oldest.newestMillis(), nowMillis) ? oldest : null;
  }

  /** Drops the oldest table, which was emptied. */
  public void removeOldest() {
    held.removeFirst();
  }

  /** The table of a key; null if the key is not held. */
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

  /** The number of the oldest key held, or of the next key if none is. */
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
