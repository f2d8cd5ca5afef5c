package dev.outpour.http.operate;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Puts together what the nodes of a cluster have listed. */
final class ClusterListing {

  private ClusterListing() {}

  /** Who reads, after one reader, of all nodes together. */
  static JsonObject readers(List<JsonObject> answers, SubscriberId after, int most) {
    long count = 0;
    long upTo = SubscriberList.ALL;
    Map<SubscriberId, JsonObject> rows = new TreeMap<>();
    for (JsonObject answer : answers) {
      count += answer.getLong("count", 0L);
      upTo = Math.min(upTo, answer.getLong(SubscriberList.UP_TO, SubscriberList.ALL));
      for (JsonObject row : NodeQueries.each(answer, "readers")) {
        SubscriberId.parse(String.valueOf(row.getString("id")))
            .filter(id -> id.compareTo(after) > 0)
            .ifPresent(id -> rows.put(id, row));
      }
    }
    // One node has left out what comes after this number: those of others come later, too.
    long cut = upTo;
    rows.keySet().removeIf(id -> id.number() > cut);
    return new JsonObject()
        .put("count", count)
        .put("readers", new JsonArray(rows.values().stream().limit(most).toList()))
        .put("more", rows.size() > most || cut < SubscriberList.ALL);
  }

  /** What is read, of all nodes together. */
  static JsonObject topics(List<JsonObject> answers, int most) {
    Map<String, Long> readers = new TreeMap<>();
    for (JsonObject answer : answers) {
      for (JsonObject row : NodeQueries.each(answer, "topics")) {
        readers.merge(row.getString("topic", ""), row.getLong("readers", 0L), Long::sum);
      }
    }
    JsonArray topics = new JsonArray();
    readers.entrySet().stream()
        .limit(most)
        .forEach(
            each ->
                topics.add(
                    new JsonObject()
                        .put("topic", each.getKey())
                        .put("pattern", each.getKey().indexOf('*') >= 0)
                        .put("readers", each.getValue())));
    return new JsonObject().put("topics", topics).put("more", readers.size() > most);
  }
}
