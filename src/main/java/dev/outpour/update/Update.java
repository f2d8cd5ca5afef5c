package dev.outpour.update;

import dev.outpour.api.PublicApi;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the log: a published update with its position and time.
 *
 * @param position its position, which is its id
 * @param timeMillis when it was appended, in milliseconds since 1970-01-01T00:00Z; never earlier
 *     than the update before it
 * @param topics its topics, 1 to 16
 * @param event the name of the event, if it has one
 * @param form the form of the data
 * @param end whether it is the last update of its topics
 * @param data the publisher's bytes, which nobody changes
 */
@PublicApi
public record Update(
    Position position,
    long timeMillis,
    List<Topic> topics,
    @Nullable String event,
    Form form,
    boolean end,
    Buffer data) {

  /** About how many bytes the objects take, without texts and data. */
  private static final int OVERHEAD = 160;

  /** The form of an update's data. */
  public enum Form {
    /** One JSON text (RFC 8259). */
    JSON,
    /** Any text in UTF-8. */
    TEXT
  }

  public Update {
    topics = List.copyOf(topics);
  }

  /** An update that does not end its topics. */
  public Update(
      Position position,
      long timeMillis,
      List<Topic> topics,
      @Nullable String event,
      Form form,
      Buffer data) {
    this(position, timeMillis, topics, event, form, false, data);
  }

  /** Its number in the log. */
  public long sequence() {
    return position.sequence();
  }

  /** The same update with fewer topics, for a subscriber that may see only some of them. */
  public Update withTopics(List<Topic> known) {
    return new Update(position, timeMillis, known, event, form, end, data);
  }

  /** About how many bytes it takes in memory. */
  public int weight() {
    return weight(topics, event, data);
  }

  /** About how many bytes an update with these parts takes in memory. */
  static int weight(List<Topic> topics, @Nullable String event, Buffer data) {
    int bytes = OVERHEAD + data.length() + (event == null ? 0 : event.length());
    for (int i = 0; i < topics.size(); i++) {
      bytes += 48 + topics.get(i).name().length();
    }
    return bytes;
  }
}
