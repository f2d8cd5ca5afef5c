package dev.outpour.http.interest;

import dev.outpour.update.Interest;

/**
 * Someone who wants updates, for as long as the index has it. For use on one event loop.
 *
 * <p>It stays in caches after it was removed, and is passed over there.
 */
public abstract class Interested {

  private boolean removed;

  /** Which updates it wants. */
  public abstract Interest interest();

  /** How many stand behind it. */
  public abstract int members();

  /** Whether the index has it no longer. */
  public final boolean isRemoved() {
    return removed;
  }

  /** Says that the index has it no longer. */
  public final void remove() {
    removed = true;
  }
}
