package dev.outpour.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;

/** Parses JSON objects, and rejects duplicate members. */
public final class StrictJson {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private static final String NO_OBJECT = "is not a JSON object";

  private StrictJson() {}

  /**
   * Parses one object.
   *
   * @throws IllegalArgumentException if the text is not one object
   */
  public static JsonObject parse(String text) {
    try {
      return parseExplained(text);
    } catch (IOException e) {
      throw new IllegalArgumentException(NO_OBJECT, e);
    }
  }

  /**
   * Parses one object, and explains why it cannot.
   *
   * @throws JsonProcessingException which {@link JsonFault} explains
   * @throws IllegalArgumentException if the text is JSON, but not one object
   */
  public static JsonObject parseExplained(String text) throws IOException {
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
      JsonToken token = parser.nextToken();
      if (token != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException(NO_OBJECT);
      }
      // Vert.x would keep the last of several equal members, so this pass finds them first.
      while (token != null) {
        token = parser.nextToken();
      }
      return new JsonObject(text);
    } catch (DecodeException e) {
      throw new IllegalArgumentException(
          "has more after its JSON object, or is nested too deeply", e);
    }
  }
}
