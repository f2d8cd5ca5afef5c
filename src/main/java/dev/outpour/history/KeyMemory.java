package dev.outpour.history;

import dev.outpour.update.Key;
import dev.outpour.update.Position;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The publishers' keys of a log in memory, oldest first, each with what it stood for.
 *
 * <p>It never forgets early: when it is full, {@link #isFull} says so and the caller refuses. Not
 * for use by several threads.
 */
final class KeyMemory {

  /** What a key stood for. */
  record Entry(ByteBuffer fingerprint, Position position, long timeMillis) {}

  private final Map<Key, Entry> entries = new LinkedHashMap<>();
  private final long keepMillis;
  private final int most;

  KeyMemory(long keepMillis, int most) {
    this.keepMillis = keepMillis;
    this.most = most;
  }

  /** What a key stands for, if it is remembered and not old enough to be forgotten. */
  @Nullable Entry find(Key key, long nowMillis) {
    Entry entry = entries.get(key);
    return entry == null || entry.timeMillis() <= nowMillis - keepMillis ? null : entry;
  }

  boolean isFull() {
    return entries.size() >= most;
  }

  void remember(Key key, Entry entry) {
    // It may be there, expired: what is new stands at the end.
    entries.remove(key);
    entries.put(key, entry);
  }

  /** Forgets what is old enough, at most so many. */
  void forget(long nowMillis, int most) {
    Iterator<Entry> oldest = entries.values().iterator();
    for (int i = 0; i < most && oldest.hasNext(); i++) {
      if (oldest.next().timeMillis() > nowMillis - keepMillis) {
        return;
      }
      oldest.remove();
    }
  }
}
