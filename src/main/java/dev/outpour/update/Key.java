package dev.outpour.update;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A publisher's own name for an update: sent again with the same key, it is the same update.
 *
 * @param scope whose key it is: keys of different publishers never meet
 * @param name 1 to {@value #MAX_BYTES} bytes of UTF-8 without control characters
 */
public record Key(String scope, String name) {

  /** The longest name, in bytes of UTF-8. */
  public static final int MAX_BYTES = 256;

  /**
   * The scope of a key before it is known whose it is. Earlier versions kept those of the event bus
   * and of all who have no name under it.
   */
  public static final String UNSCOPED = "";

  /** The scope of the event bus. */
  public static final String BUS = "bus";

  /** How scopes of those begin who have no name, but a right to publish; no other scope does. */
  public static final String RIGHTS = "rights ";

  /**
   * Checks a key from outside.
   *
   * @throws RefusedException with status 400 if it is not a key
   */
  public static Key parse(String scope, String name) {
    int bytes =
        name.length() > MAX_BYTES ? name.length() : name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 1 || bytes > MAX_BYTES) {
      throw Refusal.badRequest("A key has 1 to " + MAX_BYTES + " bytes, this one has " + bytes)
          .asException();
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw Refusal.badRequest("The key has a control character: remove it").asException();
    }
    return new Key(scope, name);
  }

  /** The same as an earlier version may have kept it, if that was under another scope. */
  public Optional<Key> formerly() {
    return scope.equals(BUS) || scope.startsWith(RIGHTS)
        ? Optional.of(new Key(UNSCOPED, name))
        : Optional.empty();
  }
}
