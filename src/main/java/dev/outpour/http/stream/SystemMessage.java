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
 * A message of the hub's own about this moment: it has no place in the log, so nobody gets it
 * later. Immutable.
 *
 * @param topic one of the hub's own
 * @param time the moment
 * @param data one line of JSON
 */
public record SystemMessage(Topic topic, Instant time, String data) {

  /** A message from another node; empty if it is not one. */
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

  /** The message as an event. */
  public Buffer encoded(EventEncoder.Form form) {
    return EventEncoder.notice(topic, time, data, form);
  }

  /** The message as another node is told. */
  public LogMessage.Told by(String node) {
    return new LogMessage.Told(node, topic.name(), time.toEpochMilli(), data);
  }
}
