package dev.outpour.http.operate;

import java.util.Comparator;
import java.util.Optional;

/**
 * The id of a subscriber in the cluster: {@code <node>-<number>}, see {@link LocalNode#nextNumber}.
 * Ids are in the order in which subscribers entered, as far as clocks agree.
 */
record SubscriberId(String node, long number) implements Comparable<SubscriberId> {

  /** Sorts before all others. */
  static final SubscriberId FIRST = new SubscriberId("", 0);

  private static final Comparator<SubscriberId> ORDER =
      Comparator.comparingLong(SubscriberId::number).thenComparing(SubscriberId::node);

  static Optional<SubscriberId> parse(String text) {
    return text.matches("[0-9A-Za-z]{1,8}-[0-9]{1,18}")
        ? Optional.of(
            new SubscriberId(
                text.substring(0, text.indexOf('-')),
                Long.parseLong(text.substring(text.indexOf('-') + 1))))
        : Optional.empty();
  }

  @Override
  public int compareTo(SubscriberId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return node + '-' + number;
  }
}
