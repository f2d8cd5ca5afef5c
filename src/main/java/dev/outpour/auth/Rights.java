package dev.outpour.auth;

import dev.outpour.update.Interest;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What someone may do: publish to topics, read topics, and operate the hub. Immutable.
 *
 * @param publish where updates may go
 * @param subscribe what may be read
 * @param operate whether the hub may be looked into and its readers be sent away, and tokens and
 *     keys be revoked
 */
public record Rights(Set<TopicPattern> publish, Set<TopicPattern> subscribe, boolean operate) {

  /** Where what is missing has to stand. */
  private static final String NEEDS = ": the token's claim \"outpour\", or the API key, needs ";

  /** The most patterns of a kind: they are compared with those of a reader one by one. */
  static final int MOST_PATTERNS = 128;

  /** The most pairs of a pattern that a reader names and a right to read. */
  static final int MOST_PAIRS = 256;

  private static final Set<TopicPattern> EVERYTHING = Set.of(TopicPattern.parse("**"));

  /** The right to nothing. */
  public static final Rights NONE = new Rights(Set.of(), Set.of(), false);

  /** The right to publish and read everything. */
  public static final Rights ALL_TOPICS = new Rights(EVERYTHING, EVERYTHING, false);

  public Rights {
    publish = Set.copyOf(publish);
    subscribe = Set.copyOf(subscribe);
  }

  /**
   * Reads rights as they stand in a token: {@code {"publish": ["orders/*"], "subscribe": ["**"],
   * "operate": true}}.
   *
   * @throws IllegalArgumentException with a message that says how they must be
   */
  static Rights parse(JsonObject json) {
    if (!(json.getValue("operate", false) instanceof Boolean operate)) {
      throw new IllegalArgumentException("must have true or false as \"operate\"");
    }
    return new Rights(patterns(json, "publish"), patterns(json, "subscribe"), operate);
  }

  private static Set<TopicPattern> patterns(JsonObject json, String name) {
    if (!(json.getValue(name, new JsonArray()) instanceof JsonArray list)
        || list.size() > MOST_PATTERNS) {
      throw new IllegalArgumentException(
          "must have a list of at most "
              + MOST_PATTERNS
              + " topics or patterns as \""
              + name
              + '"');
    }
    Set<TopicPattern> patterns = new LinkedHashSet<>();
    for (Object each : list) {
      if (!(each instanceof String text)) {
        throw new IllegalArgumentException("must have texts in the list \"" + name + '"');
      }
      try {
        patterns.add(TopicPattern.parseAny(text));
      } catch (RefusedException e) {
        throw new IllegalArgumentException(
            "must have topics or patterns as \"" + name + "\": " + e.getMessage(), e);
      }
    }
    return patterns;
  }

  /** What these and others allow together. */
  Rights or(Rights other) {
    return new Rights(
        union(publish, other.publish), union(subscribe, other.subscribe), operate || other.operate);
  }

  private static Set<TopicPattern> union(Set<TopicPattern> some, Set<TopicPattern> others) {
    Set<TopicPattern> all = new HashSet<>(some);
    all.addAll(others);
    return all;
  }

  /** Whether everything may be read, so that nothing that is asked for has to be narrowed. */
  public boolean mayReadAll() {
    return subscribe.containsAll(EVERYTHING);
  }

  /**
   * Whether something of the hub's own may be read: all by whoever operates it, and what is named.
   */
  public boolean mayWatch(TopicPattern asked) {
    return operate || subscribe.contains(asked);
  }

  /**
   * What the topics and patterns to publish to are, however they are ordered: 64 hexadecimal
   * digits.
   */
  public String publishDigest() {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
    publish.stream()
        .map(TopicPattern::toString)
        .sorted()
        .forEach(
            pattern -> {
              byte[] bytes = pattern.getBytes(StandardCharsets.UTF_8);
              digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
              digest.update(bytes);
            });
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Whether updates may go everywhere. */
  public boolean mayPublishAll() {
    return publish.containsAll(EVERYTHING);
  }

  /**
   * Checks that updates may go to topics.
   *
   * @throws RefusedException with status 403 that names the first to which they may not
   */
  public void checkPublish(Collection<Topic> topics) {
    for (Topic topic : topics) {
      if (!TopicPattern.anyMatches(publish, topic)) {
        throw Refusal.forbidden(
                "You may not publish to the topic '"
                    + topic
                    + "'"
                    + NEEDS
                    + "\"publish\": [\""
                    + topic
                    + "\"], or a pattern that matches it")
            .asException();
      }
    }
  }

  /**
   * Narrows what a reader asks for to what may be read.
   *
   * @throws RefusedException with status 403 that names the first of which nothing may be read, or
   *     says that patterns and rights are too many together
   */
  public Interest narrow(List<TopicPattern> asked) {
    Interest interest = Interest.of(asked);
    if (mayReadAll()) {
      return interest;
    }
    checkPairs(interest.patterns().size());
    for (TopicPattern each : asked) {
      if (!mayReadSome(each)) {
        throw Refusal.forbidden(
                "You may not read the topic '"
                    + each
                    + "'"
                    + NEEDS
                    + "\"subscribe\": [\""
                    + each
                    + "\"], or what meets it")
            .asException();
      }
    }
    return common(interest);
  }

  /** All of them are compared with each other, and each of them may become one of the reader's. */
  private void checkPairs(int patterns) {
    if (patterns * subscribe.size() > MOST_PAIRS) {
      throw Refusal.forbidden(
              "You may not read "
                  + patterns
                  + " patterns with "
                  + subscribe.size()
                  + " rights to read, which are more than "
                  + MOST_PAIRS
                  + " pairs: name fewer patterns, or take several connections or a wider right")
          .asException();
    }
  }

  private boolean mayReadSome(TopicPattern asked) {
    return asked.isExact()
        ? TopicPattern.anyMatches(subscribe, new Topic(asked.toString()))
        : subscribe.stream().anyMatch(asked::overlaps);
  }

  /**
   * What is both asked for and allowed. Where that is a pattern again, subscribers who ask for more
   * than they may share their bytes with those who ask for just that; where it is none, as for
   * <code>*&#47;urgent</code> and {@code orders/*}, what is asked is limited to what is allowed.
   */
  private Interest common(Interest asked) {
    Set<TopicPattern> patterns = new HashSet<>();
    Set<TopicPattern> common = new HashSet<>();
    boolean limited = false;
    for (TopicPattern pattern : asked.patterns()) {
      if (subscribe.stream().anyMatch(right -> right.covers(pattern))) {
        patterns.add(pattern);
        common.add(pattern);
        continue;
      }
      for (TopicPattern right : subscribe) {
        if (pattern.covers(right)) {
          patterns.add(right);
          common.add(right);
        } else if (pattern.overlaps(right)) {
          patterns.add(pattern);
          common.add(right);
          limited = true;
        }
      }
    }
    return new Interest(asked.topics(), patterns, limited ? common : Set.of());
  }
}
