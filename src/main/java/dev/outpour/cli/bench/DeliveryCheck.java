package dev.outpour.cli.bench;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What one reader has been given of its topic: judges each update as it comes, and says at the end
 * what did not come. For one thread.
 */
final class DeliveryCheck {

  /** What is to be said of an update that came. */
  enum Verdict {
    FINE,
    OUT_OF_ORDER,
    DOUBLED,
    /** Nobody has published it to this topic. */
    FOREIGN
  }

  private final Numbering numbering;
  private final SentUpdates issued;
  private final int topic;

  /** The turn that each lane goes on with. */
  private final int[] next;

  /** Numbers that were passed over, each divided by the number of topics. */
  private @Nullable BitSet missing;

  private long lastPosition;

  DeliveryCheck(Numbering numbering, SentUpdates issued, int topic) {
    this.numbering = numbering;
    this.issued = issued;
    this.topic = topic;
    this.next = new int[numbering.lanesPerTopic()];
  }

  /**
   * Takes an update.
   *
   * @param position its place in the hub's log, which must grow; negative if it has none
   */
  Verdict take(long number, long position) {
    if (number < 0 || numbering.topic(number) != topic) {
      return Verdict.FOREIGN;
    }
    int lane = numbering.lane(number);
    long turn = numbering.turn(number);
    if (turn != next[lane]) {
      return takeUnexpected(number, lane, turn);
    }
    next[lane]++;
    return inPlace(position);
  }

  private Verdict takeUnexpected(long number, int lane, long turn) {
    if (!issued.contains(number)) {
      return Verdict.FOREIGN;
    }
    if (missing == null) {
      missing = new BitSet();
    }
    if (turn < next[lane]) {
      int place = place(number);
      boolean late = missing.get(place);
      missing.clear(place);
      return late ? Verdict.OUT_OF_ORDER : Verdict.DOUBLED;
    }
    for (; next[lane] < turn; next[lane]++) {
      missing.set(place(numbering.number(topic, lane, next[lane])));
    }
    next[lane]++;
    return Verdict.FINE;
  }

  private Verdict inPlace(long position) {
    if (position < 0) {
      return Verdict.FINE;
    }
    boolean grown = position > lastPosition;
    lastPosition = position;
    return grown ? Verdict.FINE : Verdict.OUT_OF_ORDER;
  }

  private int place(long number) {
    return (int) (number / numbering.topics());
  }

  /** How many updates that were acknowledged were passed over. */
  long passedOver() {
    return missing == null
        ? 0
        : missing.stream()
            .mapToLong(place -> (long) place * numbering.topics() + topic)
            .filter(number -> !issued.failed().contains(number))
            .count();
  }

  /** How many updates that were acknowledged are still to come after the last one. */
  long outstanding() {
    long count = 0;
    for (int lane = 0; lane < next.length; lane++) {
      int publisher = numbering.publisher(numbering.number(topic, lane, 0));
      count += numbering.turnsBelow(issued.limit(publisher), topic, lane, next[lane]);
    }
    for (long number : issued.failed()) {
      if (numbering.topic(number) == topic
          && numbering.turn(number) >= next[numbering.lane(number)]) {
        count--;
      }
    }
    return count;
  }
}
