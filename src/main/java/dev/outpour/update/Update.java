package dev.outpour.update;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the log: what was published, where it stands and since when.
 *
 * @param position where it stands, which is its id
 * @param timeMillis when it was appended, in milliseconds since 1970-01-01T00:00Z; never less than
 *     that of the update before it
 * @param topics where it went: 1 to {@value Draft#MAX_TOPICS}
 * @param event the event's name, if the publisher gave one
 * @param form what the data is
 * @param end whether it is the last update of its topics
 * @param data the publisher's bytes, untouched; nobody writes into them
 */
public record Update(
    Position position,
    long timeMillis,
    List<Topic> topics,
    @Nullable String event,
    Form form,
    boolean end,
    Buffer data) {

  /** What the data of an update is. */
  public enum Form {
    /** One JSON text (RFC 8259). */
    JSON,
    /** Any text in UTF-8. */
    TEXT
  }

  public Update {
    topics = List.copyOf(topics);
  }

  /** An update that ends nothing. */
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

  /** The same, as those see it who may know of some of its topics alone. */
  public Update withTopics(List<Topic> known) {
    return new Update(position, timeMillis, known, event, form, end, data);
  }

  /** About how many bytes it takes in memory. */
  public int weight() {
    return Draft.weight(topics, event, data);
  }
}
