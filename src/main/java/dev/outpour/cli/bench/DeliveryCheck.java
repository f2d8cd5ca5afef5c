package dev.outpour.cli.bench;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Checks the updates that one subscriber receives on its topic, and counts those that are missing
 * at the end. Not thread-safe.
 */
final class DeliveryCheck {

  /** The result of checking one update. */
  enum Verdict {
    FINE,
    OUT_OF_ORDER,
    DOUBLED,
    /** It was not published to this topic. */
    FOREIGN
  }

  private final Numbering numbering;
  private final SentUpdates sent;
  private final int topic;

  /** The next turn expected in each lane. */
  private final int[] next;

  /** Numbers that were skipped, each divided by the number of topics. */
  private @Nullable BitSet missing;

  private long lastPosition;

  DeliveryCheck(SentUpdates sent, int topic) {
    this.numbering = sent.numbering();
    this.sent = sent;
    this.topic = topic;
    this.next = new int[numbering.lanesPerTopic()];
  }

  /**
   * Checks an update.
   *
   * @param position its position in the hub's log, which must increase; negative if it has none
   */
  Verdict check(long number, long position) {
    if (number < 0 || numbering.topic(number) != topic) {
      return Verdict.FOREIGN;
    }
    int lane = numbering.lane(number);
    long turn = numbering.turn(number);
    if (turn != next[lane]) {
      return checkUnexpected(number, lane, turn);
    }
    next[lane]++;
    return inOrder(position);
  }

  private Verdict checkUnexpected(long number, int lane, long turn) {
    if (!sent.contains(number)) {
      return Verdict.FOREIGN;
    }
    if (missing == null) {
      missing = new BitSet();
    }
    if (turn < next[lane]) {
      int bit = bit(number);
      boolean late = missing.get(bit);
      missing.clear(bit);
      return late ? Verdict.OUT_OF_ORDER : Verdict.DOUBLED;
    }
    for (; next[lane] < turn; next[lane]++) {
      missing.set(bit(numbering.number(topic, lane, next[lane])));
    }
    next[lane]++;
    return Verdict.FINE;
  }

  private Verdict inOrder(long position) {
    if (position < 0) {
      return Verdict.FINE;
    }
    boolean increased = position > lastPosition;
    lastPosition = position;
    return increased ? Verdict.FINE : Verdict.OUT_OF_ORDER;
  }

  private int bit(long number) {
    return (int) (number / numbering.topics());
  }

  /** How many acknowledged updates were skipped. */
  long missed() {
    return missing == null
        ? 0
        : missing.stream()
            .mapToLong(bit -> (long) bit * numbering.topics() + topic)
            .filter(number -> !sent.failed().contains(number))
            .count();
  }

  /** How many acknowledged updates are still to arrive after the last one received. */
  long outstanding() {
    long count = 0;
    for (int lane = 0; lane < next.length; lane++) {
      int publisher = numbering.publisher(numbering.number(topic, lane, 0));
      count += numbering.turnsBelow(sent.limit(publisher), topic, lane, next[lane]);
    }
    for (long number : sent.failed()) {
      if (numbering.topic(number) == topic
          && numbering.turn(number) >= next[numbering.lane(number)]) {
        count--;
      }
    }
    return count;
  }
}
