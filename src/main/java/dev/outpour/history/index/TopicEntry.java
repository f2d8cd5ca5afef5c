package dev.outpour.history.index;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link TopicTable} knows of one topic: the sequence numbers of three updates. They change
 * only while the table's map locks the name; any thread may read them.
 */
final class TopicEntry {

  final String name;

  /** The newest update in the topic. */
  volatile long newest;

  /** The newest update in the topic that is no longer retained; 0 if there is none. */
  volatile long removed;

  /** The update that ended the topic; 0 if it has not ended. */
  volatile long ended;

  /** The topic that was added next. */
  volatile @Nullable TopicEntry next;

  /** Whether the table has dropped this entry. */
  volatile boolean forgotten;

  TopicEntry(String name, long removed) {
    this.name = name;
    this.removed = removed;
  }
}
