package dev.outpour.auth;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Caches tokens whose signatures are valid, since a publisher sends the same token with every
 * update. Also remembers tokens whose key the key server does not know. Both are bounded. Confined
 * to one event loop.
 */
final class TokenCache {

  private static final int MOST = 1024;

  /** A longer token is not cached. */
  private static final int MOST_CHARACTERS = 2048;

  private final Set<String> bad = new LinkedHashSet<>();
  private final Map<String, Caller> callers = new LinkedHashMap<>(64, 0.75f, true);

  /** The bearer of a token; null if it is not cached or has expired. */
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

  /** Whether the key server did not know the key of a token, since the keys changed last. */
  boolean isBad(String token) {
    return bad.contains(mark(token));
  }

  /** Remembers that the key server does not know the key of a token. */
  void putBad(String token) {
    bad.add(mark(token));
    if (bad.size() > MOST) {
      bad.remove(bad.iterator().next());
    }
  }

  /** A hash of the whole token. Its key id would also reject later tokens of a new key. */
  private static String mark(String token) {
    return ApiKey.sha256Hex(token);
  }

  /** Empties the cache, because the keys have changed. */
  void clear() {
    callers.clear();
    bad.clear();
  }
}
