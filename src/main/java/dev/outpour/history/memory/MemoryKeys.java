package dev.outpour.history.memory;

import dev.outpour.history.Digest;
import dev.outpour.history.KeyEntry;
import dev.outpour.history.index.KeyIndex;
import dev.outpour.history.index.KeyPartitions;
import dev.outpour.history.index.KeyPartitions.Partition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The idempotency keys of a log in memory.
 *
 * <p>No key is forgotten early: when {@link #isFull}, the caller refuses new keys. Not thread-safe.
 */
public final class MemoryKeys {

  /** The most bytes that a key takes, with its share of the index. */
  public static final int KEY_BYTES = KeyEntry.BYTES + 27;

  private static final int CHUNK = 256;

  private final KeyPartitions partitions;
  private final KeyIndex index = new KeyIndex();
  private final List<List<ByteBuffer>> tables =
      Stream.generate(() -> (List<ByteBuffer>) new ArrayList<ByteBuffer>())
          .limit(KeyPartitions.TABLES)
          .toList();
  private final long most;

  MemoryKeys(long keepMillis, long most) {
    this.partitions = new KeyPartitions(keepMillis);
    this.most = most;
  }

  /** The update of a key, if the key is remembered and has not expired. */
  @Nullable KeyEntry find(Digest key, long nowMillis) {
    for (long number : index.candidates(key)) {
      Partition partition = partitions.of(number);
      if (partition == null) {
        continue;
      }
      KeyEntry entry = KeyEntry.read(slot(partition, number));
      if (entry.key().equals(key) && !partitions.isExpired(entry.timeMillis(), nowMillis)) {
        return entry;
      }
    }
    return null;
  }

  private ByteBuffer slot(Partition partition, long number) {
    int index = (int) (number - partition.first());
    ByteBuffer chunk = tables.get(partition.table()).get(index / CHUNK);
    return chunk.duplicate().position(index % CHUNK * KeyEntry.BYTES);
  }

  boolean isFull() {
    return partitions.count() >= most;
  }

  long count() {
    return partitions.count();
  }

  void remember(KeyEntry entry) {
    long number = partitions.add(entry.timeMillis());
    Partition partition = partitions.of(number);
    if (partition == null) {
      throw new AssertionError("The key just added is missing");
    }
    if ((number - partition.first()) % CHUNK == 0) {
      tables.get(partition.table()).add(ByteBuffer.allocate(CHUNK * KeyEntry.BYTES));
    }
    entry.write(slot(partition, number));
    index.add(entry.key(), number);
  }

  /** Forgets the oldest table of keys if all of them have expired. */
  void forget(long nowMillis) {
    Partition expired = partitions.expired(nowMillis);
    if (expired != null) {
      tables.get(expired.table()).clear();
      partitions.removeOldest();
      index.forgetBelow(partitions.lowest());
    }
    index.tidy();
  }
}
