package dev.outpour.update;

/**
 * A part of the log without updates of certain topics: from after {@code from} up to and including
 * {@code to}. Since the log only grows, a gap remains valid.
 *
 * @param from the requested number, or a later one if updates before it that may be in the topics
 *     are lost
 * @param to the number before the next update in the topics, or the log's head if there is none;
 *     not less than {@code from}
 */
public record Gap(long from, long to) {

  public Gap {
    if (to < from) {
      throw new IllegalArgumentException("A gap from " + from + " to " + to);
    }
  }

  /** Whether a subscriber of only these topics can skip from a cursor to the end. */
  public boolean covers(long cursor) {
    return from <= cursor && cursor < to;
  }

  /** The same gap up to a number; empty if it starts there or later. */
  public Gap upTo(long number) {
    return number >= to ? this : new Gap(from, Math.max(from, number));
  }

  /** The count of numbers in it. */
  public long length() {
    return to - from;
  }
}
