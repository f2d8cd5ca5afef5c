package dev.outpour.update;

import java.util.ArrayList;
import java.util.List;

/**
 * The epochs of one log, oldest first, with the numbers that they assigned.
 *
 * <pre>
 *   epoch      first
 *   k3f9QzT1       1    assigned 1 to 40
 *   p0Rt7Yb2      41    assigns 41 and following
 * </pre>
 *
 * <p>A position belongs to this log if its epoch is here and its number is not past the end of that
 * epoch. Then its number alone identifies it.
 *
 * @param epochs not empty; their first numbers never decrease
 */
public record Lineage(List<Epoch> epochs) {

  /**
   * One opening of the log for writing.
   *
   * @param name its name in positions
   * @param first the first number that it may assign
   */
  public record Epoch(String name, long first) {}

  /** How many of the newest epochs are always kept. */
  static final int KEPT = 256;

  public Lineage {
    epochs = List.copyOf(epochs);
    if (epochs.isEmpty()) {
      throw new IllegalArgumentException("A lineage has at least one epoch");
    }
  }

  /** The epoch that assigns numbers now. */
  public Epoch current() {
    return epochs.get(epochs.size() - 1);
  }

  /** The position of a number of this log, with the epoch that assigned it. */
  public Position at(long sequence) {
    return new Position(epochs.get(indexOf(sequence)).name(), sequence);
  }

  /** The last epoch that can have assigned a number; the first one if none can. */
  private int indexOf(long sequence) {
    int low = 0;
    int high = epochs.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (epochs.get(middle).first() <= sequence) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /**
   * The same lineage without old epochs whose updates are not retained. {@link #at} is unchanged
   * for all retained updates and for the number before them.
   *
   * @param earliest the number of the earliest retained update
   */
  public Lineage since(long earliest) {
    int newest = epochs.size() - KEPT;
    if (newest <= 0) {
      return this;
    }
    int holding = indexOf(earliest - 1);
    List<Epoch> kept = new ArrayList<>();
    for (int i = 0; i < epochs.size(); i++) {
      if (i >= newest
          || i == holding
          || (i > holding && epochs.get(i).first() < epochs.get(i + 1).first())) {
        kept.add(epochs.get(i));
      }
    }
    return new Lineage(kept);
  }

  /**
   * Only the current epoch, for a process that knows the others. An epoch belongs to one lineage,
   * and its predecessors do not change while it is current.
   */
  public Lineage brief() {
    return epochs.size() == 1 ? this : new Lineage(List.of(current()));
  }

  /** Whether an epoch is current. */
  public boolean isCurrent(String epoch) {
    return current().name().equals(epoch);
  }

  /**
   * Whether a number means the same update as in another lineage. It does not if the two are of
   * different logs or diverged before it, as a log and its restored backup do.
   */
  public boolean agrees(Lineage other, long sequence) {
    return at(sequence).equals(other.at(sequence));
  }

  /** Whether a position is past the end of its epoch, so that this log never reached it. */
  public boolean excludes(Position position) {
    return knows(position.epoch()) && position.sequence() > endOf(position.epoch());
  }

  /** Whether this log has reached a position, or may yet. */
  public boolean includes(Position position) {
    return knows(position.epoch()) && !excludes(position);
  }

  /** Whether an epoch is in this log. */
  public boolean knows(String epoch) {
    return indexOf(epoch) >= 0;
  }

  /**
   * The last number that an epoch of this log assigned; {@link Long#MAX_VALUE} for the current one.
   */
  public long endOf(String epoch) {
    int i = indexOf(epoch);
    if (i < 0) {
      throw new IllegalArgumentException("Not an epoch of this log");
    }
    return i == epochs.size() - 1 ? Long.MAX_VALUE : epochs.get(i + 1).first() - 1;
  }

  private int indexOf(String epoch) {
    for (int i = epochs.size() - 1; i >= 0; i--) {
      if (epochs.get(i).name().equals(epoch)) {
        return i;
      }
    }
    return -1;
  }
}
