package dev.outpour.history.memory;

import dev.outpour.update.Lineage;
import dev.outpour.update.Page;
import dev.outpour.update.Update;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The retained updates of a log in memory, in the pages in which they are read.
 *
 * <pre>
 *   blocks    0 -> [1 .. 1024]      full: read as one page from now on
 *          1024 -> [1025 .. 1203]   the last one, growing
 * </pre>
 *
 * Not thread-safe.
 */
final class MemoryPages {

  private final NavigableMap<Long, MemoryBlock> blocks = new TreeMap<>();
  private long earliest = 1;
  private long last;
  private long bytes;

  /** The sequence number of the earliest update retained; {@code last + 1} if none is. */
  long earliest() {
    return earliest;
  }

  /** The sequence number of the newest update. */
  long last() {
    return last;
  }

  /** How many updates are retained. */
  long count() {
    return last - earliest + 1;
  }

  /** How many bytes they have. */
  long bytes() {
    return bytes;
  }

  /** The time of the earliest update retained; 0 if none is. */
  long oldestMillis() {
    return blocks.isEmpty() ? 0 : blocks.firstEntry().getValue().first().timeMillis();
  }

  void add(Update update) {
    Map.Entry<Long, MemoryBlock> newest = blocks.lastEntry();
    MemoryBlock block = newest == null ? null : newest.getValue();
    if (block == null || !block.hasRoomFor(update)) {
      block = new MemoryBlock();
      blocks.put(last, block);
    }
    block.add(update);
    last = update.sequence();
    bytes += update.weight();
  }

  /** Removes the earliest update and returns it; there is one. */
  Update removeEarliest() {
    MemoryBlock block = blocks.firstEntry().getValue();
    Update update = block.first();
    block.removeFirst();
    if (block.isEmpty()) {
      blocks.pollFirstEntry();
    }
    bytes -= update.weight();
    earliest = update.sequence() + 1;
    return update;
  }

  /** The page with the next update after a sequence number. */
  Page page(long after, Lineage lineage) {
    if (after >= last || earliest > last) {
      return new Page(lineage, earliest, after, last, List.of());
    }
    // Where updates were removed, the page says at which update it begins.
    Map.Entry<Long, MemoryBlock> block = blocks.floorEntry(Math.max(after, earliest - 1));
    Map.Entry<Long, MemoryBlock> next = blocks.higherEntry(block.getKey());
    long to = next == null ? last : next.getKey();
    return new Page(
        lineage, earliest, Math.min(after, block.getKey()), to, block.getValue().updates());
  }
}
