package dev.outpour.checker;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/**
 * One line of a journal.
 *
 * <pre>
 *   {"nanos":81,"operation":"publish","kind":"invoke","update":"w0-7","hash":"1c…","key":"w0-7","topics":["a"]}
 *   {"nanos":95,"operation":"publish","kind":"ok","update":"w0-7","id":"k3f9QzT1-12"}
 *   {"nanos":99,"operation":"connect","kind":"invoke","topics":["a/**"],"detail":"k3f9QzT1-11"}
 * </pre>
 *
 * @param actor who wrote it
 * @param line which line of its file
 * @param nanos when, by the machine's monotonic clock
 * @param operation what was done
 * @param kind how it went
 * @param id the id it was given or saw; null: none
 * @param update the name of the update, see {@link Payload}; null if it is not about one
 * @param hash of the update's data; null if it is not about one
 * @param key the publisher's key; null: none
 * @param topics where an update goes, or what a reader asks for; see {@link Operation#SETTLE}
 * @param detail what else belongs to it, see {@link Operation}; null: nothing
 */
public record Entry(
    String actor,
    int line,
    long nanos,
    Operation operation,
    Kind kind,
    String id,
    String update,
    String hash,
    String key,
    List<String> topics,
    String detail) {

  /** What an actor did or saw. */
  public enum Operation {
    /** It published an update. Detail: which request, if it had several; or the status. */
    PUBLISH,
    /** It connected. Detail: the position it sent. */
    CONNECT,
    /** It was given an update. */
    READ,
    /** It was given a position without an update. */
    STAND,
    /** It was given one of the hub's own events. Detail: its name and data. */
    WORD,
    /** The connection ended. Detail: how. */
    CLOSE,
    /** An update stands in the log, read as a whole at the end. */
    LOG,
    /** All is well. Id: the head; topics: who has to reach it; detail: in how many nanoseconds. */
    SETTLE
  }

  /** How it went. */
  public enum Kind {
    /** It begins. */
    INVOKE,
    /** It has happened. */
    OK,
    /** It has not happened, and never will. */
    FAIL,
    /** It may have happened, or happen later. */
    INFO
  }

  static Entry of(Operation operation, Kind kind) {
    return new Entry("", 0, 0, operation, kind, null, null, null, null, List.of(), null);
  }

  Entry at(String actor, int line, long nanos) {
    return new Entry(actor, line, nanos, operation, kind, id, update, hash, key, topics, detail);
  }

  Entry id(String id) {
    return new Entry(actor, line, nanos, operation, kind, id, update, hash, key, topics, detail);
  }

  Entry update(String update, String hash) {
    return new Entry(actor, line, nanos, operation, kind, id, update, hash, key, topics, detail);
  }

  Entry key(String key) {
    return new Entry(actor, line, nanos, operation, kind, id, update, hash, key, topics, detail);
  }

  Entry topics(List<String> topics) {
    return new Entry(actor, line, nanos, operation, kind, id, update, hash, key, topics, detail);
  }

  Entry detail(String detail) {
    return new Entry(actor, line, nanos, operation, kind, id, update, hash, key, topics, detail);
  }

  /** The number in its id; 0 if it has none. */
  long sequence() {
    return id == null ? 0 : Long.parseLong(id.substring(id.lastIndexOf('-') + 1));
  }

  String toJson() {
    JsonObject json =
        new JsonObject()
            .put("nanos", nanos)
            .put("operation", operation.name().toLowerCase(Locale.ROOT))
            .put("kind", kind.name().toLowerCase(Locale.ROOT));
    put(json, "id", id);
    put(json, "update", update);
    put(json, "hash", hash);
    put(json, "key", key);
    put(json, "topics", topics.isEmpty() ? null : new JsonArray(topics));
    put(json, "detail", detail);
    return json.encode();
  }

  private static void put(JsonObject json, String name, Object value) {
    if (value != null) {
      json.put(name, value);
    }
  }

  static Entry fromJson(String actor, int line, JsonObject json) {
    return new Entry(
        actor,
        line,
        json.getLong("nanos"),
        Operation.valueOf(json.getString("operation").toUpperCase(Locale.ROOT)),
        Kind.valueOf(json.getString("kind").toUpperCase(Locale.ROOT)),
        json.getString("id"),
        json.getString("update"),
        json.getString("hash"),
        json.getString("key"),
        json.getJsonArray("topics", new JsonArray()).stream().map(String::valueOf).toList(),
        json.getString("detail"));
  }

  @Override
  public String toString() {
    return actor + ":" + line + " " + toJson();
  }
}
