package dev.outpour.cli.bench;

/**
 * Assigns updates to topics and publishers. Updates are numbered from 0 and rotate over both.
 *
 * <p>A publisher has one request in flight, so its updates to one topic are in order; updates of
 * two publishers have no known order. A <em>lane</em> is the sequence of updates that one publisher
 * publishes to one topic. A number's <em>turn</em> is its index in its lane, from 0 without gaps.
 *
 * @param topics number of topics
 * @param publishers number of publishers
 * @param period after how many numbers the same topic and publisher coincide again
 */
record Numbering(int topics, int publishers, long period) {

  static Numbering of(int topics, int publishers) {
    return new Numbering(topics, publishers, topics / gcd(topics, publishers) * (long) publishers);
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** How many publishers publish to each topic. */
  int lanesPerTopic() {
    return (int) (period / topics);
  }

  int topic(long number) {
    return (int) (number % topics);
  }

  int publisher(long number) {
    return (int) (number % publishers);
  }

  /** The index of the number's lane among the lanes of its topic. */
  int lane(long number) {
    return (int) (number % period / topics);
  }

  long turn(long number) {
    return number / period;
  }

  /** The number at a turn of a lane. */
  long number(int topic, int lane, long turn) {
    return turn * period + (long) lane * topics + topic;
  }

  /** How many turns of a lane, from {@code fromTurn} on, have numbers below the limit. */
  long turnsBelow(long limit, int topic, int lane, long fromTurn) {
    long from = number(topic, lane, fromTurn);
    return limit <= from ? 0 : (limit - from + period - 1) / period;
  }
}
