package dev.outpour.update;

import java.util.ArrayList;
import java.util.List;

/**
 * The epochs of one log, oldest first: who gave which numbers.
 *
 * <pre>
 *   epoch      first
 *   k3f9QzT1       1    gave 1 to 40
 *   p0Rt7Yb2      41    gave 41 and what follows
 * </pre>
 *
 * <p>A position is this log's if its epoch is here and its number is not past the end of that
 * epoch; then the number alone says where it is.
 *
 * @param epochs not empty; first numbers never fall
 */
public record Lineage(List<Epoch> epochs) {

  /**
   * One opening of the log for writing.
   *
   * @param name its name on the wire
   * @param first the first number that it may give
   */
  public record Epoch(String name, long first) {}

  /** So many of the newest epochs are kept whatever they gave. */
  static final int KEPT = 256;

  public Lineage {
    epochs = List.copyOf(epochs);
    if (epochs.isEmpty()) {
      throw new IllegalArgumentException("A lineage has at least one epoch");
    }
  }

  /** The epoch that gives numbers now. */
  public Epoch current() {
    return epochs.get(epochs.size() - 1);
  }

  /** The position of a number of this log, carrying the epoch in which the number was given. */
  public Position at(long sequence) {
    return new Position(epochs.get(indexOf(sequence)).name(), sequence);
  }

  /** The last epoch that could have given a number; the first one for what none gave. */
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
   * The same without old epochs that gave nothing which is retained; {@link #at} is the same for
   * all that is retained and for the number before it.
   *
   * @param earliest the number of the earliest update retained
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
   * The current epoch alone, for one who knows the others: an epoch is of one lineage only, and has
   * the same before it for as long as it is the current one.
   */
  public Lineage brief() {
    return epochs.size() == 1 ? this : new Lineage(List.of(current()));
  }

  /** Whether an epoch is the current one. */
  public boolean isCurrent(String epoch) {
    return current().name().equals(epoch);
  }

  /**
   * Whether a number stands for the same place here as in another lineage: not if the two are of
   * different logs, or went different ways before it, as a log and its restored backup have.
   */
  public boolean agrees(Lineage other, long sequence) {
    return at(sequence).equals(other.at(sequence));
  }

  /** Whether a position is past the end of its epoch: this log's line never reached that far. */
  public boolean excludes(Position position) {
    return knows(position.epoch()) && position.sequence() > endOf(position.epoch());
  }

  /** Whether this log's line has come by a position, or may yet. */
  public boolean includes(Position position) {
    return knows(position.epoch()) && !excludes(position);
  }

  /** Whether the epoch is one of this log. */
  public boolean knows(String epoch) {
    return indexOf(epoch) >= 0;
  }

  /**
   * The last number that an epoch of this log gave, or may still give: {@link Long#MAX_VALUE} for
   * the current one.
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
