package dev.outpour.update;

import java.util.Optional;

/**
 * Where a reader begins: every way to ask for it ends in this one cursor.
 *
 * @param cursor the number after which it goes on
 * @param head the head that this was judged by
 * @param truncation what is lost, if the place asked for cannot be had
 */
public record Located(long cursor, Head head, Optional<Truncation> truncation) {

  static Located truncated(
      long cursor, Head head, Truncation.Reason reason, Optional<Position> asked) {
    return new Located(cursor, head, Optional.of(new Truncation(asked, reason)));
  }
}
