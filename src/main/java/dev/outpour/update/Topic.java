package dev.outpour.update;

import dev.outpour.api.PublicApi;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The name of a topic: segments separated by {@code /}, such as {@code orders/42}.
 *
 * <p>Names are compared byte for byte: two Unicode forms of one text are two topics.
 *
 * @param name 1 to {@value #MAX_BYTES} bytes of UTF-8 without control characters, empty segments or
 *     {@code *}; the first segment is not {@value #RESERVED}
 */
@PublicApi
public record Topic(String name) implements Comparable<Topic> {

  /** The maximum length of a name, in bytes of UTF-8. */
  public static final int MAX_BYTES = 256;

  /** The first segment of system topics. */
  public static final String RESERVED = "outpour";

  /** The system topic of the nodes' status. */
  public static final Topic STATUS = new Topic(RESERVED + "/status");

  /** The prefix of the system topics that count the subscribers of a topic. */
  private static final String PRESENCE = RESERVED + "/presence/";

  /** The system topic that counts the subscribers of this topic. */
  public Topic presence() {
    return new Topic(PRESENCE + name);
  }

  /** The topic whose subscribers this system topic counts; empty if it is another topic. */
  public Optional<Topic> presenceOf() {
    return name.startsWith(PRESENCE)
        ? Optional.of(new Topic(name.substring(PRESENCE.length())))
        : Optional.empty();
  }

  /** Its segments, in order. */
  public List<String> segments() {
    return split(name);
  }

  /** The number of {@link #segments}. */
  int countSegments() {
    int count = 1;
    for (int at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) {
      count++;
    }
    return count;
  }

  /** Splits a name or a pattern into segments. */
  static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int at = text.indexOf('/'); at >= 0; at = text.indexOf('/', from)) {
      parts.add(text.substring(from, at));
      from = at + 1;
    }
    parts.add(text.substring(from));
    return parts;
  }

  /** Whether it is a system topic. */
  public boolean isReserved() {
    return name.startsWith(RESERVED + "/");
  }

  /**
   * Parses a name from outside.
   *
   * @throws RefusedException with status 400 if it is invalid
   */
  public static Topic parse(String name) {
    checkName(name);
    if (name.indexOf('*') >= 0) {
      throw bad(name, "has a '*': updates go to exact topics, patterns are for subscribers");
    }
    return new Topic(name);
  }

  /** Checks the rules that topics and patterns share. */
  static void checkName(String name) {
    if (name.isEmpty()) {
      throw Refusal.badRequest("A topic is empty: give it a name such as orders/42").asException();
    }
    if (name.length() > MAX_BYTES || name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw Refusal.badRequest("A topic is longer than " + MAX_BYTES + " bytes: shorten it")
          .asException();
    }
    char previous = '/';
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isISOControl(c)) {
        throw Refusal.badRequest("A topic has a control character: remove it").asException();
      }
      if (Character.isSurrogate(c) && !isPaired(name, i)) {
        throw Refusal.badRequest("A topic is not valid Unicode: encode it as UTF-8").asException();
      }
      if (c == '/' && previous == '/') {
        throw bad(name, "has an empty segment: remove the surplus '/'");
      }
      previous = c;
    }
    if (previous == '/') {
      throw bad(name, "ends with '/': remove it");
    }
    if (name.equals(RESERVED) || name.startsWith(RESERVED + "/")) {
      throw bad(name, "is reserved for the hub itself: choose another first segment");
    }
  }

  private static boolean isPaired(String name, int i) {
    return Character.isHighSurrogate(name.charAt(i))
        ? i + 1 < name.length() && Character.isLowSurrogate(name.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(name.charAt(i - 1));
  }

  private static RefusedException bad(String name, String fault) {
    return Refusal.badRequest("The topic '" + name + "' " + fault).asException();
  }

  @Override
  public int compareTo(Topic other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
