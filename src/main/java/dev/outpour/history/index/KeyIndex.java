package dev.outpour.history.index;

import dev.outpour.history.Digest;
import java.util.Arrays;

/**
 * An index in memory from idempotency keys to the numbers under which they are stored.
 *
 * <pre>
 *   segment of the key's first 10 bits: [ 32 other bits of the key | 32 low bits of its number ]
 * </pre>
 *
 * <p>It returns candidates: a key that was added is always among them. For a key that was not added
 * there is a candidate in a few of a million cases, so the caller compares the stored key. A key
 * takes 11 to 27 bytes. Entries below the lowest number are dropped when their segment is full, or
 * a few segments at a time by {@link #tidy}. It holds at most 2,147,483,647 numbers. Not
 * thread-safe.
 */
public final class KeyIndex {

  private static final int SEGMENTS = 1024;
  private static final int SEGMENT_SHIFT = 54;
  private static final int LEAST = 16;
  private static final long[] NONE = {};

  private final long[][] segments = new long[SEGMENTS][];
  private final int[] used = new int[SEGMENTS];
  private long lowest = 1;

  /** How many segments may still have entries below the lowest number. */
  private int untidy;

  /** About how many bytes a number of keys takes. */
  public static long bytes(long keys) {
    // Segments fill evenly except for chance: some are five percent ahead.
    long each = keys / SEGMENTS * 21 / 20;
    long capacity = LEAST;
    while (each > full(capacity)) {
      capacity *= 2;
    }
    return SEGMENTS * Long.BYTES * capacity;
  }

  /** How many keys fit into a number of bytes, at least 1000. */
  public static long most(long bytes) {
    long capacity = Long.highestOneBit(Math.max(LEAST, bytes / SEGMENTS / Long.BYTES));
    return Math.max(1_000, full(capacity) * SEGMENTS * 20 / 21);
  }

  /** At how many entries a segment is rebuilt; with more, lookups would be slow. */
  private static long full(long capacity) {
    return capacity * 3 / 4;
  }

  /** A capacity that leaves room beyond a number of entries. */
  private static int capacity(int entries) {
    int capacity = LEAST;
    while (entries > capacity * 5L / 8) {
      capacity *= 2;
    }
    return capacity;
  }

  /** Makes room for a number of keys at once; the index is empty. */
  public void expect(long keys) {
    if (keys > SEGMENTS) {
      int capacity = capacity((int) (keys / SEGMENTS));
      for (int i = 0; i < SEGMENTS; i++) {
        segments[i] = new long[capacity];
      }
    }
  }

  /** Adds a key with a number that is larger than all before. */
  public void add(Digest key, long number) {
    int segment = segment(key);
    long[] slots = segments[segment];
    if (slots == null || used[segment] >= full(slots.length)) {
      slots = rebuild(segment, 1);
    }
    put(slots, slot(key, number));
    used[segment]++;
  }

  /** The numbers that may belong to a key, usually none or one. */
  public long[] candidates(Digest key) {
    long[] slots = segments[segment(key)];
    if (slots == null) {
      return NONE;
    }
    long[] found = NONE;
    int tag = tag(key);
    for (int i = tag & (slots.length - 1); slots[i] != 0; i = (i + 1) & (slots.length - 1)) {
      if ((int) (slots[i] >>> Integer.SIZE) == tag && isHeld(slots[i])) {
        found = Arrays.copyOf(found, found.length + 1);
        found[found.length - 1] = lowest + ((int) slots[i] - (int) lowest);
      }
    }
    return found;
  }

  /** Drops all entries below a number; {@link #tidy} frees their memory. */
  public void forgetBelow(long number) {
    lowest = number;
    untidy = SEGMENTS;
  }

  /** Frees memory of a few segments, so that each call is short. */
  public void tidy() {
    for (int i = 0; i < 4 && untidy > 0; i++) {
      untidy--;
      if (segments[untidy] != null) {
        rebuild(untidy, 0);
      }
    }
  }

  private long[] rebuild(int segment, int more) {
    long[] old = segments[segment] == null ? NONE : segments[segment];
    int held = 0;
    for (long slot : old) {
      held += slot != 0 && isHeld(slot) ? 1 : 0;
    }
    if (held + more == 0) {
      segments[segment] = null;
      used[segment] = 0;
      return NONE;
    }
    int capacity = capacity(held + more);
    // Do not shrink at once: the segment may grow again.
    long[] slots = new long[capacity < old.length / 2 ? capacity : Math.max(capacity, old.length)];
    for (long slot : old) {
      if (slot != 0 && isHeld(slot)) {
        put(slots, slot);
      }
    }
    segments[segment] = slots;
    used[segment] = held;
    return slots;
  }

  private static void put(long[] slots, long slot) {
    int i = (int) (slot >>> Integer.SIZE) & (slots.length - 1);
    while (slots[i] != 0) {
      i = (i + 1) & (slots.length - 1);
    }
    slots[i] = slot;
  }

  private boolean isHeld(long slot) {
    return (int) slot - (int) lowest >= 0;
  }

  private static int segment(Digest key) {
    return (int) (key.high() >>> SEGMENT_SHIFT);
  }

  /** Never 0, which is an empty slot. */
  private static int tag(Digest key) {
    int tag = (int) key.low();
    return tag == 0 ? 1 : tag;
  }

  private static long slot(Digest key, long number) {
    return ((long) tag(key) << Integer.SIZE) | Integer.toUnsignedLong((int) number);
  }
}
