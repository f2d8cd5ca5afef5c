package dev.outpour.update;

import java.nio.charset.StandardCharsets;

/**
 * A publisher's own name for an update: sent again with the same key, it is the same update.
 *
 * @param scope whose key it is: keys of different publishers never meet; empty for all who have no
 *     identity
 * @param name 1 to {@value #MAX_BYTES} bytes of UTF-8 without control characters
 */
public record Key(String scope, String name) {

  /** The longest name, in bytes of UTF-8. */
  public static final int MAX_BYTES = 256;

  /** The scope that publishers without an identity share. */
  public static final String ANONYMOUS = "";

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
}
