package dev.outpour.history.sqlite.keys;

import dev.outpour.history.index.KeyIndex;
import dev.outpour.settings.CannotStartException;

/**
 * How many idempotency keys a log may hold.
 *
 * <p>A log that was upgraded from an earlier format may hold more keys than the limit. The surplus
 * is kept until it expires and does not count.
 */
public final class KeyLimit {

  /** The index of the keys, a surplus included, takes at most this fraction of the heap. */
  private static final int HEAP_SHARE = 2;

  private final long most;
  private final long mostInMemory;
  private final long lastUpgraded;

  /**
   * Creates a limit.
   *
   * @param most as many keys as the settings allow
   * @param lastUpgraded the number of the last key from an earlier format; 0 if there is none
   */
  KeyLimit(long most, long lastUpgraded) {
    this.most = most;
    this.mostInMemory = KeyIndex.most(Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    this.lastUpgraded = lastUpgraded;
  }

  /**
   * Checks that the heap has room for the index of the keys that a log already holds.
   *
   * @throws CannotStartException if it has not
   */
  public static void checkRoomFor(long keys) {
    long bytes = KeyIndex.bytes(keys);
    if (bytes > Runtime.getRuntime().maxMemory() / HEAP_SHARE) {
      throw new CannotStartException(
          "The log holds "
              + keys
              + " idempotency keys, which take "
              + (bytes >> 20)
              + " MB of memory: start with a heap (-Xmx) of at least "
              + ((bytes * HEAP_SHARE) >> 20)
              + " MB");
    }
  }

  long most() {
    return most;
  }

  /**
   * How many of the held keys are surplus.
   *
   * @param lowest the number of the oldest key held
   */
  long surplus(long lowest) {
    return Math.max(0, lastUpgraded - Math.max(lowest, most + 1) + 1);
  }

  /**
   * Whether no further key fits.
   *
   * @param held how many keys are held
   * @param lowest the number of the oldest of them
   */
  boolean isReached(long held, long lowest) {
    return held - surplus(lowest) >= most || held >= mostInMemory;
  }
}
