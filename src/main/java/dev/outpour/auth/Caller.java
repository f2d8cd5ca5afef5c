package dev.outpour.auth;

import dev.outpour.update.Key;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client that sends a request, and its rights. Immutable.
 *
 * @param name the subject of the token or the name of the API key, with a prefix that keeps the two
 *     apart; null if there is none
 * @param scope the scope of the caller's idempotency keys: the name, otherwise the patterns that
 *     the token lets it publish to
 * @param revocableAs the id of the token or the name of the API key, which revokes it
 * @param rights what the caller may do
 * @param endMillis when the token expires, in milliseconds since 1970; {@link #NEVER} if it does
 *     not
 */
public record Caller(
    @Nullable String name,
    String scope,
    Optional<String> revocableAs,
    Rights rights,
    long endMillis) {

  /** The end of something that does not end. */
  public static final long NEVER = Long.MAX_VALUE;

  /** A caller without a token or an API key. */
  public static Caller anonymous(Rights rights) {
    return of(null, Optional.empty(), rights, NEVER);
  }

  /** A caller with a token. */
  static Caller ofToken(
      Optional<String> subject, Optional<String> id, Rights rights, long endMillis) {
    return of(subject.map("subject "::concat).orElse(null), id, rights, endMillis);
  }

  /** A caller with an API key. */
  static Caller ofKey(String name, Rights rights) {
    return of("key " + name, Optional.of(name), rights, NEVER);
  }

  /** The operator of a hub without keys, who also has the rights of everyone. */
  static Caller operator(Rights all) {
    return of("operator", Optional.empty(), new Rights(Set.of(), Set.of(), true).or(all), NEVER);
  }

  private static Caller of(
      @Nullable String name, Optional<String> revocableAs, Rights rights, long endMillis) {
    String scope = name == null ? Key.RIGHTS + rights.publishDigest() : name;
    return new Caller(name, scope, revocableAs, rights, endMillis);
  }

  /** The same caller, with the rights of everyone added. */
  Caller withAlso(Rights all) {
    return new Caller(name, scope, revocableAs, rights.or(all), endMillis);
  }
}
