package dev.outpour.update;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An update on its way to the log: it has no position yet.
 *
 * @param topics where it goes, at most {@value #MAX_TOPICS}; empty: the hub's default topic
 * @param event the event's name, if it has one
 * @param key the publisher's own key, if it has one
 * @param form what the data is
 * @param end whether it is the last update of its topics
 * @param data the bytes; nobody writes into them
 */
public record Draft(
    List<Topic> topics,
    @Nullable String event,
    @Nullable Key key,
    Update.Form form,
    boolean end,
    Buffer data) {

  /** The most topics that one update may have. */
  public static final int MAX_TOPICS = 16;

  /** The longest name of an event, in characters. */
  public static final int MAX_EVENT = 256;

  /** Event names that begin so are the hub's own. */
  public static final String RESERVED_EVENTS = "outpour.";

  /** About what an object of this kind and its list take besides its texts and bytes. */
  private static final int OVERHEAD = 160;

  /**
   * Checks what comes from outside.
   *
   * @throws RefusedException with status 400 if there are too many topics or the event's name is
   *     not one
   */
  public Draft {
    topics = topics.size() < 2 ? List.copyOf(topics) : topics.stream().distinct().toList();
    if (topics.size() > MAX_TOPICS) {
      throw Refusal.badRequest(
              "An update goes to at most "
                  + MAX_TOPICS
                  + " topics, this one names "
                  + topics.size()
                  + ": publish it in parts")
          .asException();
    }
    if (event != null) {
      checkEvent(event);
    }
  }

  /** An update that ends nothing. */
  public Draft(
      List<Topic> topics,
      @Nullable String event,
      @Nullable Key key,
      Update.Form form,
      Buffer data) {
    this(topics, event, key, form, false, data);
  }

  /**
   * Reads what a publisher says of the end.
   *
   * @param text null if nothing
   * @throws RefusedException with status 400 if it is neither {@code true} nor {@code false}
   */
  public static boolean parseEnd(@Nullable String text) {
    if (text == null || text.equals("false")) {
      return false;
    }
    if (text.equals("true")) {
      return true;
    }
    throw Refusal.badRequest(
            "end is true, for the last update of its topics, or false: say one of these")
        .asException();
  }

  private static void checkEvent(String event) {
    if (event.isEmpty() || event.length() > MAX_EVENT) {
      throw Refusal.badRequest("An event's name has 1 to " + MAX_EVENT + " characters")
          .asException();
    }
    if (event.chars().anyMatch(Character::isISOControl)) {
      throw Refusal.badRequest("The event's name has a control character: remove it").asException();
    }
    if (event.startsWith(RESERVED_EVENTS)) {
      throw Refusal.badRequest(
              "Event names that begin with '"
                  + RESERVED_EVENTS
                  + "' are reserved for the hub itself: choose another")
          .asException();
    }
  }

  /** The same, going to the default topic if it names none. */
  public Draft orTo(Topic defaultTopic) {
    return topics.isEmpty() ? new Draft(List.of(defaultTopic), event, key, form, end, data) : this;
  }

  /** The same, as the last update of its topics. */
  public Draft ending() {
    return new Draft(topics, event, key, form, true, data);
  }

  /** The entry of the log that it becomes. */
  public Update at(Position position, long timeMillis) {
    return new Update(position, timeMillis, topics, event, form, end, data);
  }

  /** About how many bytes it takes in memory. */
  public int weight() {
    return weight(topics, event, data);
  }

  /** About how many bytes an update of these parts takes in memory. */
  public static int weight(List<Topic> topics, @Nullable String event, Buffer data) {
    int bytes = OVERHEAD + data.length() + (event == null ? 0 : event.length());
    for (int i = 0; i < topics.size(); i++) {
      bytes += 48 + topics.get(i).name().length();
    }
    return bytes;
  }
}
