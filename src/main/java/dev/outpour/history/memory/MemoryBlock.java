package dev.outpour.history.memory;

import dev.outpour.update.Page;
import dev.outpour.update.Update;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A run of updates that is read as one page. It grows until it is full, then only loses its oldest
 * updates. Not thread-safe.
 */
final class MemoryBlock {

  private final Deque<Update> updates = new ArrayDeque<>();
  private int added;
  private int bytes;

  /** Whether an update fits; removed updates do not make room. */
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

  /** The remaining updates, oldest first. */
  List<Update> updates() {
    return List.copyOf(updates);
  }
}
