package dev.outpour.update;

import java.util.List;

/**
 * A range of the log: every update after {@code from} up to and including {@code to}. Immutable.
 *
 * <p>A cursor moves to {@code to} even if a subscriber gets no update of the page. If {@code
 * updates} starts later than {@code from + 1}, the updates before are no longer retained.
 *
 * <p>A damaged page covers retained updates that the store cannot read. It has no updates, and a
 * subscriber that passes it must be told.
 *
 * @param lineage the epochs of the log when the page was read
 * @param earliest the number of the earliest retained update at that time; one past the head if
 *     there was none
 * @param from the number before the range
 * @param to the last number of the range; not less than {@code from}
 * @param updates the retained updates, in order
 * @param damaged whether the range cannot be read
 */
public record Page(
    Lineage lineage, long earliest, long from, long to, List<Update> updates, boolean damaged) {

  /** About the maximum of bytes in a page, unless a single update is larger. */
  public static final int MAX_BYTES = 256 * 1024;

  /** The maximum of updates in a page. */
  public static final int MAX_UPDATES = 1024;

  public Page {
    updates = List.copyOf(updates);
    if (to < from) {
      throw new IllegalArgumentException("A page covers from " + from + " to " + to);
    }
    if (damaged && !updates.isEmpty()) {
      throw new IllegalArgumentException("A damaged page with updates");
    }
  }

  /** A page of updates that can be read. */
  public Page(Lineage lineage, long earliest, long from, long to, List<Update> updates) {
    this(lineage, earliest, from, to, updates, false);
  }

  /** A page of updates that cannot be read any more. */
  public static Page damaged(Lineage lineage, long earliest, long from, long to) {
    return new Page(lineage, earliest, from, to, List.of(), true);
  }

  /** The same page with another form of its epochs. */
  public Page withLineage(Lineage form) {
    return new Page(form, earliest, from, to, updates, damaged);
  }

  /** Whether it has the updates that follow a cursor. */
  public boolean continues(long cursor) {
    return from <= cursor && cursor < to;
  }

  /** The part of the page after a cursor that it continues. */
  public Page after(long cursor) {
    if (cursor <= from) {
      return this;
    }
    int first = 0;
    while (first < updates.size() && updates.get(first).sequence() <= cursor) {
      first++;
    }
    List<Update> left = updates.subList(first, updates.size());
    return new Page(lineage, earliest, cursor, to, left, damaged);
  }

  /** Whether its whole range was retained when it was read. */
  public boolean isWhole() {
    return earliest <= from + 1;
  }

  /** Whether it has an update that ends its topics. */
  public boolean hasEnd() {
    for (int i = 0; i < updates.size(); i++) {
      if (updates.get(i).end()) {
        return true;
      }
    }
    return false;
  }

  /** About how many bytes it takes in memory. */
  public int weight() {
    int bytes = 96;
    for (int i = 0; i < updates.size(); i++) {
      bytes += updates.get(i).weight();
    }
    return bytes;
  }
}
