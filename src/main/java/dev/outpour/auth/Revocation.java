package dev.outpour.auth;

import dev.outpour.json.StrictJson;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The revocation of a token or an API key. Immutable.
 *
 * @param name the id of the token or the name of the API key
 * @param endMillis when it may be forgotten, in milliseconds since 1970; {@link Caller#NEVER} if
 *     never
 */
public record Revocation(String name, long endMillis) {

  private static final int MOST_NAME = 256;
  private static final Set<String> MEMBERS = Set.of("jti", "key", "until");
  private static final String FORM =
      "Send {\"jti\":\"…\"} with the id of a token, or {\"key\":\"…\"} with the name of an API key";

  private static final Refusal UNKNOWN =
      new Refusal(404, "There is no API key of this name in auth.apiKeys of this hub", 0);

  /**
   * Parses the body of a request: {@code {"jti": "7c1f", "until": 1893456000}}, {@code {"key":
   * "till"}}.
   *
   * @throws IllegalArgumentException with a message that says what is required
   * @throws RefusedException with status 404 if there is no such API key
   */
  static Revocation parse(String text, Set<String> keys, long nowMillis) {
    JsonObject json = object(text);
    boolean ofKey = json.containsKey("key");
    if (!MEMBERS.containsAll(json.fieldNames()) || ofKey == json.containsKey("jti")) {
      throw new IllegalArgumentException(FORM);
    }
    if (!(json.getValue(ofKey ? "key" : "jti") instanceof String name) || !isName(name)) {
      throw new IllegalArgumentException(
          "A name must have 1 to "
              + MOST_NAME
              + " characters, no control characters, and no blank at its ends");
    }
    if (ofKey && json.containsKey("until")) {
      throw new IllegalArgumentException("An API key does not expire: remove \"until\"");
    }
    if (ofKey && !keys.contains(name)) {
      throw UNKNOWN.asException();
    }
    return new Revocation(name, end(json, nowMillis));
  }

  private static JsonObject object(String text) {
    try {
      return StrictJson.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(FORM, e);
    }
  }

  /** Whether a name can be in a token and on a line of the file. */
  public static boolean isName(String name) {
    return !name.isEmpty()
        && name.length() <= MOST_NAME
        && name.equals(name.strip())
        && name.chars().noneMatch(Character::isISOControl)
        && name.lines().count() == 1;
  }

  private static long end(JsonObject json, long nowMillis) {
    if (!json.containsKey("until")) {
      return Caller.NEVER;
    }
    // Rounded up, so that the revocation does not end before the token.
    double seconds =
        json.getValue("until") instanceof Number number ? Math.ceil(number.doubleValue()) : 0;
    if (!(seconds * 1000 > nowMillis && seconds < 1e14)) {
      throw new IllegalArgumentException(
          "\"until\" must be the expiry of the token (exp) in seconds since 1970, and not in the past");
    }
    return TimeUnit.SECONDS.toMillis((long) seconds);
  }
}
