package dev.outpour.cli.bench;

/**
 * Which update goes where: they are numbered from 0, and go round the topics and round the
 * publishers.
 *
 * <p>A publisher has one request on its way, so what it publishes to one topic is in order; of two
 * publishers that is not known. A <em>lane</em> is what one publisher publishes to one topic, and a
 * number's <em>turn</em> its place in its lane, from 0 without holes.
 *
 * @param topics how many topics
 * @param publishers how many publishers
 * @param period after how many numbers topic and publisher come together again
 */
record Numbering(int topics, int publishers, long period) {

  static Numbering of(int topics, int publishers) {
    return new Numbering(topics, publishers, topics / gcd(topics, publishers) * (long) publishers);
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** How many publishers come round to one topic. */
  int lanesPerTopic() {
    return (int) (period / topics);
  }

  int topic(long number) {
    return (int) (number % topics);
  }

  int publisher(long number) {
    return (int) (number % publishers);
  }

  /** Its lane among those of its topic. */
  int lane(long number) {
    return (int) (number % period / topics);
  }

  long turn(long number) {
    return number / period;
  }

  /** The number of a lane's turn. */
  long number(int topic, int lane, long turn) {
    return turn * period + (long) lane * topics + topic;
  }

  /** How many turns of a lane, from a given one, have numbers below a limit. */
  long turnsBelow(long limit, int topic, int lane, long fromTurn) {
    long from = number(topic, lane, fromTurn);
    return limit <= from ? 0 : (limit - from + period - 1) / period;
  }
}
