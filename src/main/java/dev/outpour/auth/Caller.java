package dev.outpour.auth;

import dev.outpour.update.Key;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for something, and what they may. Immutable.
 *
 * @param name whom a token or an API key names; null if nobody. Subjects and names of keys never
 *     meet
 * @param scope whose keys of updates theirs are: the name's, else those of the right to publish, as
 *     the token states it
 * @param revocableAs the id of the token or the name of the key, under which it can be revoked
 * @param rights what they may
 * @param endMillis until when, in milliseconds since 1970; {@link #NEVER} if without end
 */
public record Caller(
    @Nullable String name,
    String scope,
    Optional<String> revocableAs,
    Rights rights,
    long endMillis) {

  /** The end of what has none. */
  public static final long NEVER = Long.MAX_VALUE;

  /** Someone without token or key. */
  public static Caller anonymous(Rights rights) {
    return of(null, Optional.empty(), rights, NEVER);
  }

  /** Someone with a token. */
  static Caller ofToken(
      Optional<String> subject, Optional<String> id, Rights rights, long endMillis) {
    return of(subject.map("subject "::concat).orElse(null), id, rights, endMillis);
  }

  /** Someone with an API key. */
  static Caller ofKey(String name, Rights rights) {
    return of("key " + name, Optional.of(name), rights, NEVER);
  }

  /** Who operates a hub without keys, and may also do what everyone may. */
  static Caller operator(Rights all) {
    return of("operator", Optional.empty(), new Rights(Set.of(), Set.of(), true).or(all), NEVER);
  }

  private static Caller of(
      @Nullable String name, Optional<String> revocableAs, Rights rights, long endMillis) {
    String scope = name == null ? Key.RIGHTS + rights.publishDigest() : name;
    return new Caller(name, scope, revocableAs, rights, endMillis);
  }

  /** The same, who may also do what everyone may. */
  Caller withAlso(Rights all) {
    return new Caller(name, scope, revocableAs, rights.or(all), endMillis);
  }
}
