package dev.outpour.http;

import dev.outpour.broadcast.LogMessage;
import dev.outpour.update.Topic;
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
record Notice(Topic topic, Instant time, String data) {

  /** What another node tells; empty if it is nothing that a hub tells. */
  static Optional<Notice> of(LogMessage.Told told) {
    try {
      String data = new JsonObject(told.data()).encode();
      return told.topic().startsWith(Topic.RESERVED + "/")
          ? Optional.of(
              new Notice(new Topic(told.topic()), Instant.ofEpochMilli(told.timeMillis()), data))
          : Optional.empty();
    } catch (DecodeException e) {
      return Optional.empty();
    }
  }

  /** It as another node is told. */
  LogMessage.Told by(Node node) {
    return new LogMessage.Told(node.name(), topic.name(), time.toEpochMilli(), data);
  }
}
