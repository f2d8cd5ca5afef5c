package dev.outpour.match;

import dev.outpour.update.TopicPattern;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the segments of a tree's patterns, and encodes patterns as arrays of codes: one for each
 * segment without a star, and one for the end. A code has the number of stars before the segment,
 * and whether a double star is among them.
 *
 * <pre>
 *   a/&#42;/&#42;&#42;/b      0 a     1… b     0 end
 * </pre>
 */
final class Words {

  /** The number of the end of a topic. */
  static final int END = 0;

  private static final int MOST_WORDS = 1 << 23;

  private final Map<String, Word> known = new HashMap<>();
  private final Deque<Integer> free = new ArrayDeque<>();

  /**
   * The places of each word in the topic of the current walk, one bit each; otherwise 0. {@link
   * Walk} sets them.
   */
  private long[] places = new long[8];

  private int numbers = END + 1;

  static int code(int word, int stars, boolean open) {
    return word << 9 | stars << 1 | (open ? 1 : 0);
  }

  static int word(int code) {
    return code >>> 9;
  }

  /** The bit of a word in a Bloom filter of words. */
  static long bit(int word) {
    return 1L << word;
  }

  /** The number of a segment; negative if no pattern has it. */
  int number(String segment) {
    Word word = known.get(segment);
    return word == null ? -1 : word.number;
  }

  /** The array of {@link #places}, valid until a pattern is added. */
  long[] places() {
    return places;
  }

  /** Registers the segments of a pattern, and returns its codes. */
  int[] take(TopicPattern pattern) {
    return codes(pattern, this::take);
  }

  private int take(String segment) {
    Word word = known.get(segment);
    if (word == null) {
      word = new Word(next());
      known.put(segment, word);
    }
    word.uses++;
    return word.number;
  }

  private int next() {
    Integer freed = free.poll();
    if (freed != null) {
      return freed;
    }
    if (numbers == MOST_WORDS) {
      throw new IllegalStateException("Patterns have more than " + MOST_WORDS + " segments");
    }
    if (numbers == places.length) {
      places = Arrays.copyOf(places, 2 * numbers);
    }
    return numbers++;
  }

  /** Unregisters the segments of a pattern, and returns its codes. */
  int[] release(TopicPattern pattern) {
    return codes(pattern, this::release);
  }

  private int release(String segment) {
    @Nullable Word word = known.get(segment);
    if (word == null) {
      throw new IllegalStateException("No pattern has the segment '" + segment + "'");
    }
    if (--word.uses == 0) {
      known.remove(segment);
      free.push(word.number);
    }
    return word.number;
  }

  private static int[] codes(TopicPattern pattern, ToIntFunction<String> number) {
    List<String> segments = pattern.segments();
    int[] codes = new int[segments.size() + 1];
    int length = 0;
    int stars = 0;
    boolean open = false;
    for (String segment : segments) {
      if (segment.equals(TopicPattern.ONE)) {
        stars++;
      } else if (segment.equals(TopicPattern.ANY)) {
        open = true;
      } else {
        codes[length++] = code(number.applyAsInt(segment), stars, open);
        stars = 0;
        open = false;
      }
    }
    codes[length++] = code(END, stars, open);
    return Arrays.copyOf(codes, length);
  }
}
