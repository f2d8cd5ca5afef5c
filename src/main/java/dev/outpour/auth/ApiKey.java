package dev.outpour.auth;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An API key: a secret of which the hub knows only the hash.
 *
 * @param name whom it identifies
 * @param sha256 the SHA-256 hash of the secret, 64 hexadecimal digits
 * @param rights what its bearer may do
 */
public record ApiKey(String name, String sha256, Rights rights) {

  private static final Set<String> MEMBERS =
      Set.of("name", "sha256", "publish", "subscribe", "operate");

  /**
   * Reads a list of keys.
   *
   * @throws IllegalArgumentException with a message that says what is required
   */
  static List<ApiKey> parseAll(Object json) {
    if (!(json instanceof JsonArray list)) {
      throw new IllegalArgumentException("must be a list of objects");
    }
    List<ApiKey> keys = list.stream().map(ApiKey::parse).toList();
    Set<String> names = new HashSet<>();
    for (ApiKey key : keys) {
      if (!names.add(key.name)) {
        throw new IllegalArgumentException("must have unique names");
      }
    }
    return keys;
  }

  private static ApiKey parse(Object json) {
    if (!(json instanceof JsonObject key) || !MEMBERS.containsAll(key.fieldNames())) {
      throw new IllegalArgumentException(
          "must be objects with \"name\", \"sha256\", \"publish\", \"subscribe\" and \"operate\"");
    }
    if (!(key.getValue("name") instanceof String name)
        || !name.matches("\\S{1,128}")
        || !Revocation.isName(name)) {
      throw new IllegalArgumentException(
          "must each have a \"name\" of 1 to 128 characters, without blanks and control characters");
    }
    if (!(key.getValue("sha256") instanceof String hash) || !hash.matches("[0-9a-fA-F]{64}")) {
      throw new IllegalArgumentException("must each have a \"sha256\" of 64 hexadecimal digits");
    }
    return new ApiKey(name, hash, Rights.parse(key));
  }

  /**
   * Finds the key with a secret. It compares every key in full, so that its time reveals nothing.
   */
  static Optional<ApiKey> find(List<ApiKey> keys, String secret) {
    if (keys.isEmpty()) {
      return Optional.empty();
    }
    byte[] hash = sha256(secret);
    Optional<ApiKey> found = Optional.empty();
    for (ApiKey key : keys) {
      if (MessageDigest.isEqual(hash, HexFormat.of().parseHex(key.sha256))) {
        found = Optional.of(key);
      }
    }
    return found;
  }

  /** The SHA-256 hash of a text, in hexadecimal digits. */
  static String sha256Hex(String text) {
    return HexFormat.of().formatHex(sha256(text));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is missing", e);
    }
  }
}
