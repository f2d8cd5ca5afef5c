package dev.outpour.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;

/** Reads objects of which every member counts: one that stands there twice is refused. */
public final class StrictJson {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private StrictJson() {}

  /**
   * Parses one object.
   *
   * @throws IllegalArgumentException if the text is not one object
   */
  public static JsonObject parse(String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
      JsonToken token = parser.nextToken();
      if (token != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("is no JSON object");
      }
      // Only to see it fail: what comes twice would count once.
      while (token != null) {
        token = parser.nextToken();
      }
      return new JsonObject(text);
    } catch (IOException | DecodeException e) {
      throw new IllegalArgumentException("is no JSON object", e);
    }
  }
}
