package dev.outpour.auth;

import dev.outpour.update.Key;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for something, and what they may. Immutable.
 *
 * @param scope whose keys of updates theirs are; {@link Key#ANONYMOUS} for all who have no name
 * @param revocableAs the id of the token or the name of the key, under which it can be revoked
 * @param rights what they may
 * @param endMillis until when, in milliseconds since 1970; {@link #NEVER} if without end
 */
public record Caller(String scope, Optional<String> revocableAs, Rights rights, long endMillis) {

  /** The end of what has none. */
  public static final long NEVER = Long.MAX_VALUE;

  /** Who it is, as {@link #scope} says it; null if nobody said so. */
  public @Nullable String name() {
    return scope.equals(Key.ANONYMOUS) ? null : scope;
  }

  /** Someone without token or key. */
  public static Caller anonymous(Rights rights) {
    return new Caller(Key.ANONYMOUS, Optional.empty(), rights, NEVER);
  }

  /** Someone with a token; subjects and names of keys never meet. */
  static Caller ofToken(
      Optional<String> subject, Optional<String> id, Rights rights, long endMillis) {
    String scope = subject.map("subject "::concat).orElse(Key.ANONYMOUS);
    return new Caller(scope, id, rights, endMillis);
  }

  /** Someone with an API key. */
  static Caller ofKey(String name, Rights rights) {
    return new Caller("key " + name, Optional.of(name), rights, NEVER);
  }
}
