package dev.outpour.auth;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tokens whose signatures were checked lately, up to a bound: a publisher brings the same one with
 * each of its updates. Also those of which the key server knew no key, up to a bound of their own.
 * For use on one event loop.
 */
final class TokenCache {

  private static final int MOST = 1024;

  /** A token that is longer is checked anew each time. */
  private static final int MOST_CHARACTERS = 2048;

  private final Set<String> bad = new LinkedHashSet<>();
  private final Map<String, Caller> callers = new LinkedHashMap<>(64, 0.75f, true);

  /** Who has brought a token; null if that is not known, or it has expired since. */
  @Nullable Caller get(String token, long nowMillis) {
    Caller caller = callers.get(token);
    return caller == null || caller.endMillis() <= nowMillis ? null : caller;
  }

  void put(String token, Caller caller) {
    if (token.length() > MOST_CHARACTERS) {
      return;
    }
    callers.put(token, caller);
    if (callers.size() > MOST) {
      callers.remove(callers.keySet().iterator().next());
    }
  }

  /** Whether the key of a token was sought in vain since the keys have changed. */
  boolean isBad(String token) {
    return bad.contains(mark(token));
  }

  /** Remembers that the key of a token was sought in vain. */
  void putBad(String token) {
    bad.add(mark(token));
    if (bad.size() > MOST) {
      bad.remove(bad.iterator().next());
    }
  }

  /** Not the name of its key: others may bring tokens of that once it is published. */
  private static String mark(String token) {
    return ApiKey.sha256Hex(token);
  }

  /** Forgets all: the keys are others now. */
  void clear() {
    callers.clear();
    bad.clear();
  }
}
