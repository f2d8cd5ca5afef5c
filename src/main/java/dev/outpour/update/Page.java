package dev.outpour.update;

import java.util.List;

/**
 * A run of the log, immutable: every update after {@code from} up to and including {@code to}.
 *
 * <p>A page says what it covers, so that a cursor moves to {@code to} even where no update of it is
 * wanted. Where {@code updates} begins later than {@code from + 1}, what lies between is no longer
 * retained.
 *
 * <p>A damaged page covers a run of retained updates that the store cannot read any more. It holds
 * none, and a reader who passes it has to be told.
 *
 * @param lineage the epochs of the log when it was read
 * @param earliest the number of the earliest update retained when it was read; one past the head if
 *     none was
 * @param from the number before the first one covered
 * @param to the last number covered; not less than {@code from}
 * @param updates what is retained of it, in the order of the log
 * @param damaged whether all that it covers is lost; then there are no updates
 */
public record Page(
    Lineage lineage, long earliest, long from, long to, List<Update> updates, boolean damaged) {

  /** About how many bytes of updates a page holds at most, unless it is a single larger one. */
  public static final int MAX_BYTES = 256 * 1024;

  /** How many updates a page holds at most. */
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

  /** The same with its epochs in another form. */
  public Page withLineage(Lineage form) {
    return new Page(form, earliest, from, to, updates, damaged);
  }

  /** Whether it holds what comes next after a cursor. */
  public boolean continues(long cursor) {
    return from <= cursor && cursor < to;
  }

  /** What it holds after a cursor that it continues: the page itself, if that is all. */
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

  /** Whether all that it covers was retained when it was read. */
  public boolean isWhole() {
    return earliest <= from + 1;
  }

  /** Whether it holds an update that is the last of its topics. */
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
