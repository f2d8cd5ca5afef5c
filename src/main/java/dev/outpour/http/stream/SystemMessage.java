package dev.outpour.http.stream;

import dev.outpour.bus.LogMessage;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Topic;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that the hub itself tells of this moment: it has no place in the log, so nobody gets it
 * later. Immutable.
 *
 * @param topic one of the hub's own
 * @param time when it was so
 * @param data what is told, as one line of JSON
 */
public record SystemMessage(Topic topic, Instant time, String data) {

  /** What another node tells; empty if it is nothing that a hub tells. */
  public static Optional<SystemMessage> of(LogMessage.Told told) {
    try {
      String data = new JsonObject(told.data()).encode();
      return told.topic().startsWith(Topic.RESERVED + "/")
          ? Optional.of(
              new SystemMessage(
                  new Topic(told.topic()), Instant.ofEpochMilli(told.timeMillis()), data))
          : Optional.empty();
    } catch (DecodeException e) {
      return Optional.empty();
    }
  }

  /** It as an event. */
  public Buffer encoded(EventEncoder.Form form) {
    return EventEncoder.notice(topic, time, data, form);
  }

  /** It as another node is told. */
  public LogMessage.Told by(String node) {
    return new LogMessage.Told(node, topic.name(), time.toEpochMilli(), data);
  }
}
