package dev.outpour.update;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An update that is not in the log yet, and has no position.
 *
 * @param topics its topics, at most {@value #MAX_TOPICS}; empty for the hub's default topic
 * @param event the name of the event, if it has one
 * @param key the idempotency key, if it has one
 * @param form the form of the data
 * @param end whether it is the last update of its topics
 * @param data the bytes, which nobody changes
 */
public record Draft(
    List<Topic> topics,
    @Nullable String event,
    @Nullable Key key,
    Update.Form form,
    boolean end,
    Buffer data) {

  /** The maximum of topics of an update. */
  public static final int MAX_TOPICS = 16;

  /** The maximum length of an event's name, in characters. */
  public static final int MAX_EVENT = 256;

  /** The prefix of event names that only the hub may use. */
  public static final String RESERVED_EVENTS = "outpour.";

  /**
   * Creates an update.
   *
   * @throws RefusedException as {@link #check} does
   */
  public Draft {
    topics = topics.size() < 2 ? List.copyOf(topics) : topics.stream().distinct().toList();
    check(topics, event);
  }

  /**
   * Checks the topics and the event name of an update.
   *
   * @throws RefusedException with status 400 if there are too many topics or the event name is
   *     invalid
   */
  public static void check(List<Topic> topics, @Nullable String event) {
    long count = topics.size() <= MAX_TOPICS ? 0 : topics.stream().distinct().count();
    if (count > MAX_TOPICS) {
      throw Refusal.badRequest(
              "An update may have at most "
                  + MAX_TOPICS
                  + " topics, and this one has "
                  + count
                  + ": publish it several times")
          .asException();
    }
    if (event != null) {
      checkEvent(event);
    }
  }

  /** An update that does not end its topics. */
  public Draft(
      List<Topic> topics,
      @Nullable String event,
      @Nullable Key key,
      Update.Form form,
      Buffer data) {
    this(topics, event, key, form, false, data);
  }

  /**
   * Parses the parameter {@code end}.
   *
   * @param text null if it is absent
   * @throws RefusedException with status 400 if it is neither {@code true} nor {@code false}
   */
  public static boolean parseEnd(@Nullable String text) {
    if (text == null || text.equals("false")) {
      return false;
    }
    if (text.equals("true")) {
      return true;
    }
    throw Refusal.badRequest("end must be true, for the last update of its topics, or false")
        .asException();
  }

  private static void checkEvent(String event) {
    if (event.isEmpty() || event.length() > MAX_EVENT) {
      throw Refusal.badRequest("An event's name must have 1 to " + MAX_EVENT + " characters")
          .asException();
    }
    if (event.chars().anyMatch(Character::isISOControl)) {
      throw Refusal.badRequest("The event's name has a control character: remove it").asException();
    }
    if (event.startsWith(RESERVED_EVENTS)) {
      throw Refusal.badRequest(
              "Event names that start with '"
                  + RESERVED_EVENTS
                  + "' are reserved for the hub itself: choose another")
          .asException();
    }
  }

  /** The same update, with the default topic if it has none. */
  public Draft orTo(Topic defaultTopic) {
    return topics.isEmpty() ? new Draft(List.of(defaultTopic), event, key, form, end, data) : this;
  }

  /** The same update, as the last one of its topics. */
  public Draft ending() {
    return new Draft(topics, event, key, form, true, data);
  }

  /** The entry of the log at a position. */
  public Update at(Position position, long timeMillis) {
    return new Update(position, timeMillis, topics, event, form, end, data);
  }

  /** About how many bytes it takes in memory. */
  public int weight() {
    return Update.weight(topics, event, data);
  }
}
