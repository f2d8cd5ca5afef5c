package dev.outpour.history.memory;

import dev.outpour.update.Page;
import dev.outpour.update.Update;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A run of updates that is read as one page: it grows until it is full, then only shrinks at its
 * old end. Not for use by several threads.
 */
final class MemoryBlock {

  private final Deque<Update> updates = new ArrayDeque<>();
  private int added;
  private int bytes;

  /** Whether it may grow by this; what was removed since does not make room. */
  boolean hasRoomFor(Update update) {
    return added == 0 || (added < Page.MAX_UPDATES && bytes + update.weight() <= Page.MAX_BYTES);
  }

  void add(Update update) {
    updates.addLast(update);
    added++;
    bytes += update.weight();
  }

  boolean isEmpty() {
    return updates.isEmpty();
  }

  Update first() {
    return updates.getFirst();
  }

  void removeFirst() {
    updates.removeFirst();
  }

  /** What is left, oldest first. */
  List<Update> updates() {
    return List.copyOf(updates);
  }
}
