package dev.outpour.match;

import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The most expensive patterns that the limits allow, and topics that they nearly match: each takes
 * another path, and ends one segment too late. Random, but reproducible by the seed.
 */
public final class DearPatterns {

  /** The number of segments of a topic. */
  public static final int SEGMENTS = 32;

  private final Random random;

  public DearPatterns(long seed) {
    this.random = new Random(seed);
  }

  /** A pattern of at most 256 bytes. */
  public String next() {
    return IntStream.rangeClosed(0, SEGMENTS)
        .mapToObj(i -> segment() + (random.nextBoolean() ? "/**" : ""))
        .collect(Collectors.joining("/"));
  }

  /** A right that is about as expensive, and overlaps most patterns. */
  public String right() {
    return IntStream.range(0, SEGMENTS / 2)
        .mapToObj(i -> "**/" + segment())
        .collect(Collectors.joining("/"));
  }

  /** A topic that has rarely occurred before. */
  public String topic() {
    return IntStream.range(0, SEGMENTS).mapToObj(i -> segment()).collect(Collectors.joining("/"));
  }

  private String segment() {
    return random.nextBoolean() ? "a" : "b";
  }
}
