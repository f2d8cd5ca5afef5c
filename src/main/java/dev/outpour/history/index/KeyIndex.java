package dev.outpour.history.index;

import dev.outpour.history.Digest;
import java.util.Arrays;

/**
 * Which of the keys that are held may be a given one, asked of memory alone.
 *
 * <pre>
 *   segment of the key's first 10 bits: [ 32 other bits of the key | 32 low bits of its number ]
 * </pre>
 *
 * <p>A key that was added is always among the candidates; one that was not is in a few of a million
 * cases, and the caller compares the whole of it where it lies. A key takes 11 to 27 bytes. What is
 * below the lowest number goes when its segment is full, or some segments at a time with {@link
 * #tidy}. At most 2,147,483,647 numbers are held at a time. Not for use by several threads.
 */
public final class KeyIndex {

  private static final int SEGMENTS = 1024;
  private static final int SEGMENT_SHIFT = 54;
  private static final int LEAST = 16;
  private static final long[] NONE = {};

  private final long[][] segments = new long[SEGMENTS][];
  private final int[] used = new int[SEGMENTS];
  private long lowest = 1;

  /** How many segments may still have numbers below the lowest. */
  private int untidy;

  /** About how many bytes so many keys take. */
  public static long bytes(long keys) {
    // Segments fill alike, but for chance: some are a twentieth ahead.
    long each = keys / SEGMENTS * 21 / 20;
    long capacity = LEAST;
    while (each > full(capacity)) {
      capacity *= 2;
    }
    return SEGMENTS * Long.BYTES * capacity;
  }

  /** How many keys fit into so many bytes, at least 1000. */
  public static long most(long bytes) {
    long capacity = Long.highestOneBit(Math.max(LEAST, bytes / SEGMENTS / Long.BYTES));
    return Math.max(1_000, full(capacity) * SEGMENTS * 20 / 21);
  }

  /** From how many entries on a segment is rebuilt: with more it would be slow. */
  private static long full(long capacity) {
    return capacity * 3 / 4;
  }

  /** A capacity in which so many leave room for more. */
  private static int capacity(int entries) {
    int capacity = LEAST;
    while (entries > capacity * 5L / 8) {
      capacity *= 2;
    }
    return capacity;
  }

  /** Makes room for so many at once, rather than step by step; for one that is empty. */
  public void expect(long keys) {
    if (keys > SEGMENTS) {
      int capacity = capacity((int) (keys / SEGMENTS));
      for (int i = 0; i < SEGMENTS; i++) {
        segments[i] = new long[capacity];
      }
    }
  }

  /** Adds a key under a number that is larger than all before. */
  public void add(Digest key, long number) {
    int segment = segment(key);
    long[] slots = segments[segment];
    if (slots == null || used[segment] >= full(slots.length)) {
      slots = rebuild(segment, 1);
    }
    put(slots, slot(key, number));
    used[segment]++;
  }

  /** The numbers that a key may have, usually none or one. */
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

  /** Forgets what is below a number, and gives its room back bit by bit. */
  public void forgetBelow(long number) {
    lowest = number;
    untidy = SEGMENTS;
  }

  /** Gives some room back; of a few segments at a time, so that nobody waits for it. */
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
    // Not smaller at once: it may grow as it did.
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
