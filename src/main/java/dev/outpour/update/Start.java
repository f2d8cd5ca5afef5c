package dev.outpour.update;

/** Where a reader asks to begin. */
public sealed interface Start {

  /** With what comes from now on. */
  record Now() implements Start {}

  /** With all that is retained. */
  record Earliest() implements Start {}

  /** With what follows a position. */
  record After(Position position) implements Start {}

  /**
   * With the newest updates that match.
   *
   * @param count 1 to {@value #MAX}
   */
  record Newest(int count) implements Start {
    /** The most that can be asked for. */
    public static final int MAX = 10_000;
  }

  /** With what follows something that is no position: it is told so, and begins now. */
  record Unreadable() implements Start {}
}
