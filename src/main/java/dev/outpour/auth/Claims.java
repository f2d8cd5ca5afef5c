package dev.outpour.auth;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * The claims of a token whose signature is valid, and the checks of their content.
 *
 * @param json the claims, without duplicates
 */
record Claims(JsonObject json) {

  /** How far the clock of an issuer may be ahead. */
  private static final long SKEW_MILLIS = 30_000;

  /** The claim that holds the rights. */
  private static final String RIGHTS = "outpour";

  private static final int MOST_NAME = 256;

  /**
   * Checks the claims.
   *
   * @return the bearer of the token
   * @throws IllegalArgumentException with the predicate of a sentence about the token
   */
  Caller check(AuthSettings settings, long nowMillis) {
    Optional<Long> end = millis("exp");
    if (end.isEmpty() && settings.requireExpiry()) {
      throw new IllegalArgumentException(
          "has no expiry: let its issuer add the claim exp, or set auth.requireExpiry to false");
    }
    if (end.isPresent() && end.get() <= nowMillis) {
      throw new IllegalArgumentException("has expired");
    }
    if (isAhead("nbf", nowMillis) || isAhead("iat", nowMillis)) {
      throw new IllegalArgumentException(
          "is not valid yet (nbf or iat): check the clocks of its issuer and of the hub");
    }
    if (!settings.issuer().isEmpty() && !settings.issuer().equals(json.getValue("iss"))) {
      throw new IllegalArgumentException("has another issuer (iss) than auth.issuer");
    }
    if (!settings.audience().isEmpty() && !isFor(settings.audience())) {
      throw new IllegalArgumentException("does not name auth.audience as its audience (aud)");
    }
    return Caller.ofToken(name("sub"), id(), rights(), end.orElse(Caller.NEVER));
  }

  private boolean isAhead(String claim, long nowMillis) {
    return millis(claim).orElse(0L) > nowMillis + SKEW_MILLIS;
  }

  /** A time in seconds, as milliseconds. */
  private Optional<Long> millis(String claim) {
    if (!json.containsKey(claim)) {
      return Optional.empty();
    }
    double seconds = json.getValue(claim) instanceof Number number ? number.doubleValue() : -1;
    // Later than any date in use, and small enough not to overflow.
    if (!(seconds >= 0 && seconds < 1e14)) {
      throw new IllegalArgumentException(
          "has a claim " + claim + " that is not a number of seconds since 1970");
    }
    return Optional.of((long) (seconds * 1000));
  }

  private boolean isFor(String audience) {
    Object named = json.getValue("aud");
    return named instanceof JsonArray all ? all.contains(audience) : audience.equals(named);
  }

  private Optional<String> name(String claim) {
    if (!json.containsKey(claim)) {
      return Optional.empty();
    }
    if (json.getValue(claim) instanceof String text
        && !text.isBlank()
        && text.length() <= MOST_NAME
        && text.chars().noneMatch(Character::isISOControl)) {
      return Optional.of(text);
    }
    throw new IllegalArgumentException(
        "has a claim "
            + claim
            + " that is not a text of 1 to "
            + MOST_NAME
            + " characters without control characters");
  }

  /** The id that revokes the token. A line of the file of revocations has no blanks at its ends. */
  private Optional<String> id() {
    Optional<String> id = name("jti");
    if (id.isPresent() && !Revocation.isName(id.get())) {
      throw new IllegalArgumentException(
          "has an id (jti) that starts or ends with a blank, and could not be revoked");
    }
    return id;
  }

  private Rights rights() {
    Object rights = json.getValue(RIGHTS, new JsonObject());
    if (rights instanceof JsonObject object) {
      return Rights.parse(object);
    }
    throw new IllegalArgumentException("has a claim \"" + RIGHTS + "\" that is not an object");
  }
}
