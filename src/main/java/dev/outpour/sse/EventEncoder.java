package dev.outpour.sse;

import dev.outpour.update.Position;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Encodes Server-Sent Events (WHATWG HTML, section 9.2 "Server-sent events"). Thread-safe.
 *
 * <pre>
 *   id: k3f9QzT1-42
 *   event: shipped
 *   data: first line
 *   data: second line
 *
 * </pre>
 *
 * <p>In the standard CR, LF and CRLF each end a line, so data with several lines becomes one field
 * per line. A space follows every colon. Clients remove one, so data that begins with a space keeps
 * it.
 */
public final class EventEncoder {

  private static final byte[] ID = ascii("id: ");
  private static final byte[] EVENT = ascii("event: ");
  private static final byte[] DATA = ascii("data: ");

  /** An empty comment, which keeps a connection alive. */
  private static final String HEARTBEAT = ":\n\n";

  private static final String NO_DATA = "{}";

  private EventEncoder() {}

  /**
   * Appends an update as one event.
   *
   * @return the index in {@code out} from which the bytes do not depend on the shown topics
   */
  public static int append(ByteBuf out, Update update, Form form) {
    appendHead(out, update, update.topics(), form);
    int tail = out.writerIndex();
    ByteBuf data = ((BufferInternal) update.data()).getByteBuf();
    if (form == Form.ENVELOPE) {
      appendEnvelope(out, update, data);
    } else {
      appendLines(out, data);
    }
    out.writeByte('\n');
    return tail;
  }

  /** Appends the part that depends on the shown topics. */
  public static void appendHead(ByteBuf out, Update update, List<Topic> shown, Form form) {
    out.writeBytes(ID);
    ascii(out, update.position().toString());
    out.writeByte('\n');
    String event = update.event();
    if (event != null) {
      out.writeBytes(EVENT);
      out.writeCharSequence(event, StandardCharsets.UTF_8);
      out.writeByte('\n');
    }
    if (form == Form.ENVELOPE) {
      JsonArray topics = new JsonArray();
      for (Topic topic : shown) {
        topics.add(topic.name());
      }
      out.writeBytes(DATA);
      utf8(out, "{\"topics\":" + topics.encode());
    }
  }

  /** The form of an event's data. */
  public enum Form {
    /** Only the publisher's data. */
    PLAIN,
    /** One line of JSON with topics, time, event name and data. */
    ENVELOPE
  }

  private static void appendLines(ByteBuf out, ByteBuf data) {
    int from = data.readerIndex();
    int end = data.writerIndex();
    while (true) {
      int at = data.forEachByte(from, end - from, ByteProcessor.FIND_CRLF);
      out.writeBytes(DATA);
      out.writeBytes(data, from, (at < 0 ? end : at) - from);
      out.writeByte('\n');
      if (at < 0) {
        return;
      }
      boolean pair = data.getByte(at) == '\r' && at + 1 < end && data.getByte(at + 1) == '\n';
      from = at + (pair ? 2 : 1);
    }
  }

  private static void appendEnvelope(ByteBuf out, Update update, ByteBuf data) {
    utf8(out, ",\"time\":\"" + Instant.ofEpochMilli(update.timeMillis()) + "\"");
    utf8(out, ",\"event\":" + Json.encode(update.event()) + ",\"data\":");
    if (update.form() == Update.Form.JSON) {
      int from = out.writerIndex();
      out.writeBytes(data, data.readerIndex(), data.readableBytes());
      spaceOutLineEnds(out, from);
    } else {
      utf8(out, Json.encode(data.toString(StandardCharsets.UTF_8)));
    }
    utf8(out, "}\n");
  }

  /** In JSON a line end occurs only between tokens, where a space means the same. */
  private static void spaceOutLineEnds(ByteBuf out, int from) {
    int at = from;
    while ((at = out.forEachByte(at, out.writerIndex() - at, ByteProcessor.FIND_CRLF)) >= 0) {
      out.setByte(at, ' ');
    }
  }

  /**
   * An event on one of the hub's own topics, which has no position.
   *
   * @param data one line of JSON
   */
  public static Buffer notice(Topic topic, Instant time, String data, Form form) {
    StringBuilder block = new StringBuilder("data: ");
    if (form == Form.ENVELOPE) {
      block.append("{\"topics\":[").append(Json.encode(topic.name()));
      block.append("],\"time\":\"").append(time);
      block.append("\",\"event\":null,\"data\":").append(data).append('}');
    } else {
      block.append(data);
    }
    return Buffer.buffer(block.append("\n\n").toString());
  }

  /** The reconnection time, as a block of its own. */
  public static Buffer retry(int millis) {
    return Buffer.buffer("retry: " + millis + "\n\n");
  }

  /** The reconnection time, followed by the rest of a block. */
  public static Buffer retry(int millis, Buffer block) {
    return Buffer.buffer("retry: " + millis + "\n").appendBuffer(block);
  }

  /**
   * A position that the client keeps as its last event id. It is an event with data, since many
   * clients ignore the id of a block without data.
   */
  public static Buffer position(Position position) {
    return word("position", Optional.of(position), NO_DATA);
  }

  /** A heartbeat without a position. */
  public static Buffer silence() {
    return Buffer.buffer(HEARTBEAT);
  }

  /** One of the hub's own events, {@code outpour.<name>}. */
  public static Buffer word(String name, Optional<Position> id, JsonObject data) {
    return word(name, id, data.encode());
  }

  private static Buffer word(String name, Optional<Position> id, String json) {
    StringBuilder block = new StringBuilder();
    id.ifPresent(position -> block.append("id: ").append(position).append('\n'));
    block.append("event: outpour.").append(name).append('\n');
    return Buffer.buffer(block.append("data: ").append(json).append("\n\n").toString());
  }

  private static void utf8(ByteBuf out, String text) {
    out.writeCharSequence(text, StandardCharsets.UTF_8);
  }

  private static void ascii(ByteBuf out, String text) {
    out.writeCharSequence(text, StandardCharsets.US_ASCII);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
