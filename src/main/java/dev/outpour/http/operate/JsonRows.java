package dev.outpour.http.operate;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Reads the rows in an answer of a node. */
final class JsonRows {

  private JsonRows() {}

  /** The objects of an array; other elements are ignored. */
  static List<JsonObject> of(JsonObject answer, String array) {
    return answer.getJsonArray(array, new JsonArray()).stream()
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast)
        .toList();
  }
}
