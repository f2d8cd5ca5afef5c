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
 * What a caller may do: publish to topics, subscribe to topics, operate the hub. Immutable.
 *
 * @param publish the topics to publish to
 * @param subscribe the topics to subscribe to
 * @param operate whether the caller may inspect the hub, end streams of subscribers, and revoke
 *     tokens and API keys
 */
public record Rights(Set<TopicPattern> publish, Set<TopicPattern> subscribe, boolean operate) {

  /** Names the place where a right is missing. */
  private static final String NEEDS = ": the token's claim \"outpour\", or the API key, needs ";

  /** The maximum of patterns of a kind. Each is compared with each of a subscriber's patterns. */
  static final int MOST_PATTERNS = 128;

  /** The maximum of pairs of a requested pattern and a right. */
  static final int MOST_PAIRS = 256;

  private static final Set<TopicPattern> EVERYTHING = Set.of(TopicPattern.parse("**"));

  /** The right to nothing. */
  public static final Rights NONE = new Rights(Set.of(), Set.of(), false);

  /** The right to publish and subscribe to everything. */
  public static final Rights ALL_TOPICS = new Rights(EVERYTHING, EVERYTHING, false);

  public Rights {
    publish = Set.copyOf(publish);
    subscribe = Set.copyOf(subscribe);
  }

  /**
   * Parses the rights in a token: {@code {"publish": ["orders/*"], "subscribe": ["**"], "operate":
   * true}}.
   *
   * @throws IllegalArgumentException with a message that says what is required
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

  /** The union of these rights and others. */
  Rights or(Rights other) {
    return new Rights(
        union(publish, other.publish), union(subscribe, other.subscribe), operate || other.operate);
  }

  private static Set<TopicPattern> union(Set<TopicPattern> some, Set<TopicPattern> others) {
    Set<TopicPattern> all = new HashSet<>(some);
    all.addAll(others);
    return all;
  }

  /** Whether every topic is allowed, so that no subscription is narrowed. */
  public boolean mayReadAll() {
    return subscribe.containsAll(EVERYTHING);
  }

  /**
   * Whether a system topic is allowed: all of them to an operator, otherwise those that are named.
   */
  public boolean mayWatch(TopicPattern asked) {
    return operate || subscribe.contains(asked);
  }

  /** A hash of the patterns to publish to that ignores their order: 64 hexadecimal digits. */
  public String publishDigest() {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is missing", e);
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

  /** Whether every topic may be published to. */
  public boolean mayPublishAll() {
    return publish.containsAll(EVERYTHING);
  }

  /**
   * Checks that these topics may be published to.
   *
   * @throws RefusedException with status 403 that names the first topic that may not
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
   * Narrows a subscription to the allowed topics.
   *
   * @throws RefusedException with status 403 that names the first pattern of which nothing is
   *     allowed, or says that there are too many pairs of patterns and rights
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
                    + "\"], or a pattern that overlaps it")
            .asException();
      }
    }
    return common(interest);
  }

  /** Each pair is compared, and may become a pattern of the subscription. */
  private void checkPairs(int patterns) {
    if (patterns * subscribe.size() > MOST_PAIRS) {
      throw Refusal.forbidden(
              "You may not read "
                  + patterns
                  + " patterns with "
                  + subscribe.size()
                  + " rights to read, which are more than "
                  + MOST_PAIRS
                  + " pairs: request fewer patterns, or use several connections or a wider right")
          .asException();
    }
  }

  private boolean mayReadSome(TopicPattern asked) {
    return asked.isExact()
        ? TopicPattern.anyMatches(subscribe, new Topic(asked.toString()))
        : subscribe.stream().anyMatch(asked::overlaps);
  }

  /**
   * The topics that are both requested and allowed. If that is a pattern, subscribers who request
   * more share their encoded updates with those who request just that. If it is not a pattern, as
   * for <code>*&#47;urgent</code> and {@code orders/*}, the allowed patterns limit the request.
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
