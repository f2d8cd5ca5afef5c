package dev.outpour.ingest;

import dev.outpour.bus.MessageBus;
import dev.outpour.json.PayloadCheck;
import dev.outpour.log.UpdateBus;
import dev.outpour.logging.ThrottledLog;
import dev.outpour.metrics.Limit;
import dev.outpour.metrics.Metrics;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Key;
import dev.outpour.update.Outcome;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.RequestId;
import dev.outpour.update.SegmentLimit;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the updates that applications send to {@link UpdateBus#INGEST}. Headers have the same
 * names as the query parameters over HTTP.
 *
 * <p>A JsonObject or JsonArray is JSON. A String or Buffer is text, unless the header {@code
 * content-type} is {@code application/json}. A message sent without a request gets no reply.
 */
final class BusPublishHandler {

  private final Function<List<Batch>, Future<List<Outcome>>> append;
  private final Metrics metrics;
  private final ThrottledLog refused;
  private final int mostBytes;
  private final SegmentLimit segments;

  /**
   * @param append appends batches, and completes with the outcome of each after the commit
   * @param mostBytes the largest data of an update
   * @param segments the limit of segments of a topic
   */
  BusPublishHandler(
      Function<List<Batch>, Future<List<Outcome>>> append,
      Metrics metrics,
      ThrottledLog refused,
      int mostBytes,
      SegmentLimit segments) {
    this.segments = segments;
    this.refused = refused;
    this.append = append;
    this.metrics = metrics;
    this.mostBytes = mostBytes;
  }

  /** Appends the update of a message. Replies with its id, or fails with the HTTP status. */
  void take(Message<Object> message) {
    try {
      append
          .apply(List.of(Batch.of(draft(message))))
          .onSuccess(outcomes -> reply(message, outcomes.get(0)))
          .onFailure(failure -> refuse(message, ((RefusedException) failure).refusal()));
    } catch (RefusedException e) {
      refuse(message, e.refusal());
    }
  }

  private void refuse(Message<Object> message, Refusal refusal) {
    refused.addFromBus(requestId(message), refusal);
    MessageBus.refuse(message, refusal);
  }

  /** The id of the request that the update came with, if it is valid. */
  private static @Nullable String requestId(Message<Object> message) {
    try {
      String id = message.headers().get("request-id");
      return RequestId.isOne(id) ? id : null;
    } catch (RuntimeException e) {
      // Headers are decoded lazily, and everyone who reaches the bus can send them.
      return null;
    }
  }

  private void reply(Message<Object> message, Outcome outcome) {
    if (outcome.refusal().isPresent()) {
      refuse(message, outcome.refusal().get());
      return;
    }
    Outcome.Receipt receipt = outcome.receipts().get(0);
    metrics.published(receipt.duplicate() ? 0 : 1);
    JsonObject reply = new JsonObject().put("id", receipt.position().toString());
    message.reply(receipt.duplicate() ? reply.put("duplicate", true) : reply);
  }

  private Draft draft(Message<Object> message) {
    MultiMap headers = headers(message);
    List<Topic> topics = headers.getAll("topic").stream().map(Topic::parse).toList();
    segments.refusal(topics).ifPresent(this::limit);
    String key = headers.get("key");
    Object body = MessageBus.body(message).orElse(null);
    Buffer data = data(body);
    if (data.length() > mostBytes) {
      throw Refusal.tooLarge(mostBytes).asException();
    }
    boolean json =
        body instanceof JsonObject
            || body instanceof JsonArray
            || isJson(headers.get("content-type"));
    if (json) {
      PayloadCheck.checkJson(data);
    } else {
      PayloadCheck.checkUtf8(data);
    }
    return new Draft(
        topics,
        headers.get("event"),
        key == null ? null : Key.parse(Key.BUS, key),
        json ? Update.Form.JSON : Update.Form.TEXT,
        Draft.parseEnd(headers.get("end")),
        data);
  }

  private void limit(Refusal refusal) {
    metrics.limited(Limit.SEGMENTS);
    throw refusal.asException();
  }

  private static MultiMap headers(Message<Object> message) {
    try {
      return message.headers();
    } catch (RuntimeException e) {
      // Headers are decoded lazily, and everyone who reaches the bus can send them.
      throw Refusal.badRequest("The headers of the message cannot be read").asException();
    }
  }

  private static boolean isJson(@Nullable String contentType) {
    return contentType != null && contentType.startsWith("application/json");
  }

  private static Buffer data(@Nullable Object body) {
    if (body instanceof JsonObject object) {
      return object.toBuffer();
    }
    if (body instanceof JsonArray array) {
      return array.toBuffer();
    }
    if (body instanceof String text) {
      return Buffer.buffer(text);
    }
    if (body instanceof Buffer buffer) {
      return buffer.copy();
    }
    throw Refusal.unsupported(
            "The body of an update must be a JsonObject, a JsonArray, a String or a Buffer")
        .asException();
  }
}
