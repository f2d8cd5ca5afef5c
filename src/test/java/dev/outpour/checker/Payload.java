package dev.outpour.checker;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The data of an update that says which one it is, and whether it is whole.
 *
 * <pre>
 *   {"writer":"w0","count":7,"hash":"9a71c0de","padding":"xxxx"}
 * </pre>
 *
 * @param name its writer and number, {@code w0-7}
 * @param text the data as it is published
 */
public record Payload(String name, String text) {

  static Payload of(String writer, int count, int padding) {
    String pad = "x".repeat(padding);
    JsonObject json =
        new JsonObject()
            .put("writer", writer)
            .put("count", count)
            .put("hash", hash(writer + "-" + count + pad))
            .put("padding", pad);
    return new Payload(writer + "-" + count, json.encode());
  }

  /** Reads it back; what is not whole is an update of an unheard-of name. */
  static Payload read(String text) {
    try {
      JsonObject json = new JsonObject(text);
      String name = json.getString("writer") + "-" + json.getInteger("count");
      boolean whole = hash(name + json.getString("padding")).equals(json.getString("hash"));
      return new Payload(whole ? name : "not whole: " + name, text);
    } catch (RuntimeException e) {
      return new Payload("not one of ours", text);
    }
  }

  /** The hash of its whole text. */
  String hash() {
    return hash(text);
  }

  private static String hash(String text) {
    CRC32C sum = new CRC32C();
    sum.update(text.getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(sum.getValue());
  }
}
