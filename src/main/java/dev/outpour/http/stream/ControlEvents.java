package dev.outpour.http.stream;

import dev.outpour.metrics.CloseReason;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Lineage;
import dev.outpour.update.LogHead;
import dev.outpour.update.Position;
import dev.outpour.update.Start;
import dev.outpour.update.StartPosition;
import dev.outpour.update.Topic;
import dev.outpour.update.Truncation;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The hub's own events on a stream. {@code retry:} is jittered, so that clients that were cut off
 * together do not come back together.
 */
public final class ControlEvents {

  private static final int RETRY_LEAST_MILLIS = 2_000;
  private static final int RETRY_MOST_MILLIS = 4_000;

  private ControlEvents() {}

  /**
   * The first block of a stream whose place in the log is not known yet, or that has none.
   *
   * @param asked the position that the subscriber came with
   */
  public static Buffer waiting(Optional<Position> asked) {
    int millis = retryMillis();
    return asked
        .map(position -> EventEncoder.retry(millis, EventEncoder.position(position)))
        .orElseGet(() -> EventEncoder.retry(millis));
  }

  /**
   * The first block: where the stream goes on from, what was missed or lost, and what has ended.
   *
   * @param begun whether {@link #waiting} was written before
   */
  public static Buffer first(StartPosition located, Start start, boolean begun) {
    LogHead head = located.head();
    Position position = head.lineage().at(located.cursor());
    if (located.truncation().isPresent()) {
      Truncation lost = located.truncation().get();
      Buffer block = truncated(lost, head.lineage(), head.earliest(), located.cursor());
      return first(block, begun).appendBuffer(ended(located, position));
    }
    Buffer block = first(EventEncoder.position(position), begun);
    long missed = head.last() - located.cursor();
    if (start instanceof Start.After after && missed > 0) {
      JsonObject data =
          new JsonObject().put("from", after.position().toString()).put("missed", missed);
      block.appendBuffer(EventEncoder.word("resumed", Optional.of(position), data));
    }
    return block.appendBuffer(ended(located, position));
  }

  private static Buffer first(Buffer block, boolean begun) {
    return begun ? block : EventEncoder.retry(retryMillis(), block);
  }

  /** The topics that had ended where a stream begins. */
  private static Buffer ended(StartPosition located, Position position) {
    Buffer blocks = Buffer.buffer();
    located.ended().entrySet().stream()
        .filter(end -> end.getValue() <= located.cursor())
        .map(Map.Entry::getKey)
        .sorted()
        .forEach(topic -> blocks.appendBuffer(ended(topic, position)));
    return blocks;
  }

  /**
   * Tells that a topic has had its last update.
   *
   * @param position up to where the stream has been given all: where it begins, or that update's
   */
  static Buffer ended(Topic topic, Position position) {
    JsonObject data = new JsonObject().put("topic", topic.name());
    return EventEncoder.word("ended", Optional.of(position), data);
  }

  /**
   * Tells that something is lost, and the position from which the stream goes on.
   *
   * @param earliest the number of the earliest update retained
   * @param cursor the number after which the stream goes on
   */
  public static Buffer truncated(
      Truncation truncation, Lineage lineage, long earliest, long cursor) {
    JsonObject data =
        new JsonObject()
            .put("asked", truncation.asked().map(Position::toString).orElse(null))
            .put("earliest", lineage.at(earliest).toString())
            .put("reason", truncation.reason().word());
    return EventEncoder.word("truncated", Optional.of(lineage.at(cursor)), data);
  }

  /**
   * The last block of a stream that the hub ends.
   *
   * @param position up to where the stream has been given all; if it was given nothing, the
   *     position that the subscriber came with
   */
  public static Buffer closing(CloseReason reason, Optional<Position> position) {
    JsonObject data = new JsonObject().put("reason", reason.word());
    return EventEncoder.retry(retryMillis(), EventEncoder.word("closing", position, data));
  }

  private static int retryMillis() {
    return ThreadLocalRandom.current().nextInt(RETRY_LEAST_MILLIS, RETRY_MOST_MILLIS + 1);
  }
}
