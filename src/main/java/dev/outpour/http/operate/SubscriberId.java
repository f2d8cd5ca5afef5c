package dev.outpour.http;

import java.util.Comparator;
import java.util.Optional;

/**
 * What a reader is called in the whole cluster: {@code <node>-<number>}, see {@link
 * Node#nextNumber}. They come in the order in which the readers came, as far as clocks agree.
 */
record ReaderId(String node, long number) implements Comparable<ReaderId> {

  /** Before all others. */
  static final ReaderId FIRST = new ReaderId("", 0);

  private static final Comparator<ReaderId> ORDER =
      Comparator.comparingLong(ReaderId::number).thenComparing(ReaderId::node);

  static Optional<ReaderId> parse(String text) {
    return text.matches("[0-9A-Za-z]{1,8}-[0-9]{1,18}")
        ? Optional.of(
            new ReaderId(
                text.substring(0, text.indexOf('-')),
                Long.parseLong(text.substring(text.indexOf('-') + 1))))
        : Optional.empty();
  }

  @Override
  public int compareTo(ReaderId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return node + '-' + number;
  }
}
