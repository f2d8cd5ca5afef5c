package dev.outpour.update;

/**
 * A stretch of the log in which certain topics have nothing: no update after {@code from} up to and
 * including {@code to} is in one of them. As the log only grows, that stays so.
 *
 * @param from the number that was asked for, or a later one: then something before it is lost that
 *     was in one of the topics, or may have been
 * @param to the number before the next update in one of the topics, or the log's head if there is
 *     none; not less than {@code from}
 */
public record Gap(long from, long to) {

  public Gap {
    if (to < from) {
      throw new IllegalArgumentException("A gap from " + from + " to " + to);
    }
  }

  /** Whether a reader of these topics alone may move on from a cursor to the end. */
  public boolean covers(long cursor) {
    return from <= cursor && cursor < to;
  }

  /** The same stretch as far as a number, or an empty one if it begins there or later. */
  public Gap upTo(long number) {
    return number >= to ? this : new Gap(from, Math.max(from, number));
  }

  /** How many numbers it has. */
  public long length() {
    return to - from;
  }
}
