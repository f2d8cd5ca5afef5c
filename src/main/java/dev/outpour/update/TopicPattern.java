package dev.outpour.update;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Which topics a reader wants: segments divided by {@code /}, where {@code *} stands for exactly
 * one whole segment and {@code **} for zero or more.
 *
 * <p>{@code orders/**} matches {@code orders} and {@code orders/42/lines}. A pattern without a star
 * matches the topic of that name alone. Matching one topic takes no more comparisons than the
 * segments of both and a quarter of the square of the topic's, whatever the number of stars.
 */
public final class TopicPattern {

  /** The segment that stands for exactly one. */
  public static final String ONE = "*";

  /** The segment that stands for any number. */
  public static final String ANY = "**";

  private final String text;
  private final List<String> segments;
  private final boolean exact;
  private final boolean reserved;

  private TopicPattern(String text, List<String> segments) {
    this.text = text;
    this.segments = segments;
    this.exact = text.indexOf('*') < 0;
    this.reserved = segments.get(0).equals(Topic.RESERVED);
  }

  /**
   * Checks a pattern from outside. What means the same is the same pattern: of stars that follow on
   * one another, those for one segment come first, and then one {@code **} at most.
   *
   * @throws RefusedException with status 400 if it is not a pattern
   */
  public static TopicPattern parse(String text) {
    Topic.checkName(text);
    List<String> segments = new ArrayList<>();
    for (String segment : Topic.split(text)) {
      if (segment.indexOf('*') >= 0 && !segment.equals(ONE) && !segment.equals(ANY)) {
        throw Refusal.badRequest(
                "The pattern '"
                    + text
                    + "' has a '*' inside a segment: a star stands for a whole segment, as in"
                    + " orders/* or orders/**")
            .asException();
      }
      int last = segments.size() - 1;
      boolean afterAny = last >= 0 && segments.get(last).equals(ANY);
      // The stars of all patterns are two texts.
      if (segment.equals(ONE)) {
        segments.add(afterAny ? last : last + 1, ONE);
      } else if (!segment.equals(ANY)) {
        segments.add(segment);
      } else if (!afterAny) {
        segments.add(ANY);
      }
    }
    return new TopicPattern(String.join("/", segments), List.copyOf(segments));
  }

  /**
   * Checks a pattern from outside that may also be a topic of the hub's own.
   *
   * @throws RefusedException with status 400 if it is neither
   */
  public static TopicPattern parseAny(String text) {
    Optional<Topic> whose = new Topic(text).presenceOf();
    whose.ifPresent(topic -> Topic.parse(topic.name()));
    return whose.isPresent() || text.equals(Topic.STATUS.name())
        ? new TopicPattern(text, List.copyOf(Topic.split(text)))
        : parse(text);
  }

  /** What stands between its {@code /}, in order; the stars stand alone. */
  public List<String> segments() {
    return segments;
  }

  /** Whether it is of the hub's own topics, which no other pattern takes in. */
  public boolean isReserved() {
    return reserved;
  }

  /** Whether it has no star, so that it is the name of one topic. */
  public boolean isExact() {
    return exact;
  }

  /**
   * Whether every topic that another pattern matches is matched by this one. Where it takes more
   * than a look at one after the other to see that, the answer may be no.
   */
  public boolean covers(TopicPattern other) {
    return matchesText(other.text);
  }

  /** Whether there is a topic that both patterns match. */
  public boolean overlaps(TopicPattern other) {
    // Row by row: whether what this one has after p meets what the other has after each place.
    boolean[] below = new boolean[other.segments.size() + 1];
    for (int p = segments.size(); p >= 0; p--) {
      boolean[] row = new boolean[below.length];
      for (int o = other.segments.size(); o >= 0; o--) {
        row[o] = meet(p, other.segments, o, row, below);
      }
      below = row;
    }
    return below[0];
  }

  private boolean meet(int p, List<String> others, int o, boolean[] row, boolean[] below) {
    String own = p < segments.size() ? segments.get(p) : null;
    String other = o < others.size() ? others.get(o) : null;
    if (own == null && other == null) {
      return true;
    }
    if (ANY.equals(own) && (below[o] || (other != null && row[o + 1]))) {
      return true;
    }
    if (ANY.equals(other) && (row[o + 1] || (own != null && below[o]))) {
      return true;
    }
    return own != null
        && other != null
        && (own.equals(ONE) || other.equals(ONE) || own.equals(other))
        && !own.equals(ANY)
        && !other.equals(ANY)
        && below[o + 1];
  }

  /** Whether the topic is one of those wanted. A leading star never takes in the hub's own. */
  public boolean matches(Topic topic) {
    return matchesName(topic.name());
  }

  /** Whether the topic is one of those that some patterns want. */
  public static boolean anyMatches(Collection<TopicPattern> patterns, Topic topic) {
    return anyMatches(patterns, topic.name());
  }

  /** The same, by the topic's name. */
  static boolean anyMatches(Collection<TopicPattern> patterns, String name) {
    for (TopicPattern pattern : patterns) {
      if (pattern.matchesName(name)) {
        return true;
      }
    }
    return false;
  }

  private boolean matchesName(String name) {
    return exact
        ? text.equals(name)
        : beginsWith(Topic.RESERVED, name, 0) == reserved && matchesText(name);
  }

  /**
   * Greedy, going back only to the last {@code **}: what an earlier one took never needs undoing.
   *
   * @param names a topic's name, or a pattern: its {@code **} is taken by ours alone
   */
  private boolean matchesText(String names) {
    int p = 0;
    int n = 0;
    int lastAny = -1;
    int resume = 0;
    while (n <= names.length()) {
      String segment = p < segments.size() ? segments.get(p) : null;
      if (ANY.equals(segment)) {
        lastAny = p++;
        resume = n;
      } else if (segment != null && takes(segment, names, n)) {
        p++;
        n = segment.equals(ONE) ? next(names, n) : n + segment.length() + 1;
      } else if (lastAny >= 0) {
        p = lastAny + 1;
        resume = next(names, resume);
        n = resume;
      } else {
        return false;
      }
    }
    while (p < segments.size() && segments.get(p).equals(ANY)) {
      p++;
    }
    return p == segments.size();
  }

  private static boolean takes(String segment, String names, int from) {
    return segment.equals(ONE) ? !beginsWith(ANY, names, from) : beginsWith(segment, names, from);
  }

  /** Whether what begins at a place of a text is a segment, and no longer than it. */
  private static boolean beginsWith(String segment, String text, int from) {
    int end = from + segment.length();
    return text.startsWith(segment, from) && (end == text.length() || text.charAt(end) == '/');
  }

  /** Where the segment after one begins; after the last it is beyond the end of the text. */
  private static int next(String text, int from) {
    int slash = text.indexOf('/', from);
    return slash < 0 ? text.length() + 1 : slash + 1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TopicPattern pattern && pattern.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
