package dev.outpour.update;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A pattern of topics: segments separated by {@code /}, where {@code *} stands for exactly one
 * segment and {@code **} for zero or more.
 *
 * <p>{@code orders/**} matches {@code orders} and {@code orders/42/lines}. A pattern without a star
 * matches only the topic of that name. The number of comparisons to match a topic is at most the
 * sum of both segments and a quarter of the square of the topic's, whatever the number of stars.
 */
public final class TopicPattern {

  /** Stands for exactly one segment. */
  public static final String ONE = "*";

  /** Stands for any number of segments. */
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
   * Parses a pattern from outside. It is normalized: in a run of stars, single stars come first,
   * then at most one {@code **}.
   *
   * @throws RefusedException with status 400 if it is invalid
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
      // All patterns share the two texts of stars.
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
   * Parses a pattern from outside that may also be a system topic.
   *
   * @throws RefusedException with status 400 if it is neither
   */
  public static TopicPattern parseAny(String text) {
    Optional<Topic> counted = new Topic(text).presenceOf();
    counted.ifPresent(topic -> Topic.parse(topic.name()));
    return counted.isPresent() || text.equals(Topic.STATUS.name())
        ? new TopicPattern(text, List.copyOf(Topic.split(text)))
        : parse(text);
  }

  /** Its segments, in order. */
  public List<String> segments() {
    return segments;
  }

  /** Whether it is a system topic, which no other pattern matches. */
  public boolean isReserved() {
    return reserved;
  }

  /** Whether it has no star, and so matches one topic. */
  public boolean isExact() {
    return exact;
  }

  /**
   * Whether this pattern matches every topic that another one matches. The answer may be false if
   * it does, where one pass does not show it.
   */
  public boolean covers(TopicPattern other) {
    return matchesText(other.text);
  }

  /** Whether there is a topic that both patterns match. */
  public boolean overlaps(TopicPattern other) {
    // Dynamic programming by rows: whether the rest after p overlaps the other's rest after o.
    boolean[] below = new boolean[other.segments.size() + 1];
    for (int p = segments.size(); p >= 0; p--) {
      boolean[] row = new boolean[below.length];
      for (int o = other.segments.size(); o >= 0; o--) {
        row[o] = overlapAt(p, other.segments, o, row, below);
      }
      below = row;
    }
    return below[0];
  }

  private boolean overlapAt(int p, List<String> others, int o, boolean[] row, boolean[] below) {
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

  /** Whether it matches a topic. A leading star never matches a system topic. */
  public boolean matches(Topic topic) {
    return matchesName(topic.name());
  }

  /** Whether one of the patterns matches a topic. */
  public static boolean anyMatches(Collection<TopicPattern> patterns, Topic topic) {
    return anyMatches(patterns, topic.name());
  }

  /** The same, with the name of the topic. */
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
        : startsWithSegment(Topic.RESERVED, name, 0) == reserved && matchesText(name);
  }

  /**
   * Matches greedily, and backtracks only to the last {@code **}, since an earlier one never has to
   * match more.
   *
   * @param names a topic's name, or a pattern, whose {@code **} only this pattern's own matches
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
      } else if (segment != null && matchesSegment(segment, names, n)) {
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

  private static boolean matchesSegment(String segment, String names, int from) {
    return segment.equals(ONE)
        ? !startsWithSegment(ANY, names, from)
        : startsWithSegment(segment, names, from);
  }

  /** Whether a segment is at an index of a text. */
  private static boolean startsWithSegment(String segment, String text, int from) {
    int end = from + segment.length();
    return text.startsWith(segment, from) && (end == text.length() || text.charAt(end) == '/');
  }

  /** The index of the segment after one; beyond the end of the text if there is none. */
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
