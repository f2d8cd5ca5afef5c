package dev.outpour.update;

/** The start that a subscriber requests. */
public sealed interface Start {

  /** After the head. */
  record Now() implements Start {}

  /** With the earliest retained update. */
  record Earliest() implements Start {}

  /** After a position. */
  record After(Position position) implements Start {}

  /**
   * With the newest updates that match.
   *
   * @param count 1 to {@value #MAX}
   */
  record Newest(int count) implements Start {
    /** The maximum. */
    public static final int MAX = 10_000;
  }

  /** After an invalid position: the subscriber is told so, and starts at the head. */
  record Unreadable() implements Start {}
}
