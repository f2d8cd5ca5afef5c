package dev.outpour.match;

import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Patterns that cost the most that limits allow, and topics that they nearly match: each goes
 * another way, and ends one segment too late. Random, but the same for the same seed.
 */
public final class DearPatterns {

  /** How many segments a topic has. */
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

  /** A right to read that is about as dear, and has something in common with most patterns. */
  public String right() {
    return IntStream.range(0, SEGMENTS / 2)
        .mapToObj(i -> "**/" + segment())
        .collect(Collectors.joining("/"));
  }

  /** A topic that few have had before. */
  public String topic() {
    return IntStream.range(0, SEGMENTS).mapToObj(i -> segment()).collect(Collectors.joining("/"));
  }

  private String segment() {
    return random.nextBoolean() ? "a" : "b";
  }
}
