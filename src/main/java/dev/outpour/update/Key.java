package dev.outpour.update;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An idempotency key: a publisher's name for an update. Sent again with the same key, it is the
 * same update.
 *
 * @param scope the publisher. Keys of different publishers never collide
 * @param name 1 to {@value #MAX_BYTES} bytes of UTF-8 without control characters
 */
public record Key(String scope, String name) {

  /** The maximum length of a name, in bytes of UTF-8. */
  public static final int MAX_BYTES = 256;

  /**
   * The scope of a key whose publisher is not known yet. Earlier versions used it for the event bus
   * and for all publishers without a name.
   */
  public static final String UNSCOPED = "";

  /** The scope of the event bus. */
  public static final String BUS = "bus";

  /** The prefix of the scopes of publishers without a name, which are made of their rights. */
  public static final String RIGHTS = "rights ";

  /**
   * Parses a key from outside.
   *
   * @throws RefusedException with status 400 if it is invalid
   */
  public static Key parse(String scope, String name) {
    int bytes =
        name.length() > MAX_BYTES ? name.length() : name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 1 || bytes > MAX_BYTES) {
      throw Refusal.badRequest(
              "A key must have 1 to " + MAX_BYTES + " bytes, and this one has " + bytes)
          .asException();
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw Refusal.badRequest("The key has a control character: remove it").asException();
    }
    return new Key(scope, name);
  }

  /** The key as an earlier version stored it, if that was in another scope. */
  public Optional<Key> formerly() {
    return scope.equals(BUS) || scope.startsWith(RIGHTS)
        ? Optional.of(new Key(UNSCOPED, name))
        : Optional.empty();
  }
}
