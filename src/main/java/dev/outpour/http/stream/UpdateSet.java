package dev.outpour.http.stream;

import dev.outpour.update.Page;
import dev.outpour.update.Update;
import java.util.ArrayList;
import java.util.List;

/** A set of updates of one page, a bit for each. For use by one thread. */
public final class UpdateSet {

  private final long[] bits;

  /**
   * Creates an empty set.
   *
   * @param updates how many the page holds
   */
  public UpdateSet(int updates) {
    bits = new long[(updates + Long.SIZE - 1) / Long.SIZE];
  }

  /** Adds the update at a place of the page. */
  public void add(int place) {
    bits[place / Long.SIZE] |= 1L << place;
  }

  /** Adds all of another set of the same page. */
  public void addAll(UpdateSet other) {
    for (int i = 0; i < bits.length; i++) {
      bits[i] |= other.bits[i];
    }
  }

  /** The place of the first update from one on; -1 if there is none. */
  public int next(int from) {
    int word = from / Long.SIZE;
    if (word >= bits.length) {
      return -1;
    }
    for (long rest = bits[word] & -1L << from; ; rest = bits[word]) {
      if (rest != 0) {
        return word * Long.SIZE + Long.numberOfTrailingZeros(rest);
      }
      if (++word == bits.length) {
        return -1;
      }
    }
  }

  /** How many updates are in it. */
  public int size() {
    int size = 0;
    for (long word : bits) {
      size += Long.bitCount(word);
    }
    return size;
  }

  /** The updates. */
  public List<Update> of(Page page) {
    List<Update> updates = new ArrayList<>(size());
    for (int place = next(0); place >= 0; place = next(place + 1)) {
      updates.add(page.updates().get(place));
    }
    return updates;
  }

  /** About how many bytes it takes. */
  public int weight() {
    return 40 + Long.BYTES * bits.length;
  }
}
