package dev.outpour.history.sqlite.read;

import dev.outpour.history.History;
import dev.outpour.history.index.NewestUpdates;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.loop.Deadline;
import dev.outpour.update.Gap;
import dev.outpour.update.LogHead;
import dev.outpour.update.Topic;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Answers questions about exact topics, from the {@link TopicDirectory} and the indexes of the
 * log's file. It may be used from any thread; futures complete on the caller's context.
 */
public final class TopicSearch {

  private final ReaderThreads reading;
  private final TopicDirectory directory;
  private final Supplier<LogHead> head;

  /**
   * Creates the search.
   *
   * @param head the log's head; the directory knows all updates up to it
   */
  public TopicSearch(ReaderThreads reading, TopicDirectory directory, Supplier<LogHead> head) {
    this.reading = reading;
    this.directory = directory;
    this.head = head;
  }

  /** As {@link History#beforeNewest}. */
  public Future<Long> beforeNewest(int count, Set<Topic> topics, Deadline deadline) {
    return reading.read(
        reader -> {
          deadline.check();
          // Read the head only now: updates may have been removed while this waited for its turn.
          NewestUpdates newest = new NewestUpdates(count, head.get().last());
          topics.forEach(topic -> newest.add(topic, Long.MAX_VALUE));
          return reader.beforeNewest(newest, deadline);
        });
  }

  /** As {@link History#seek}. */
  public Future<Gap> seek(long after, Set<Topic> topics, Deadline deadline) {
    return reading.read(
        reader -> {
          deadline.check();
          long moment = head.get().last();
          return directory.withRemoved(after, topics, reader.seek(after, topics).upTo(moment));
        });
  }

  /** As {@link History#ended}. */
  public Future<Map<Topic, Long>> ended(Set<Topic> topics) {
    if (head.get().hasEnds() && !directory.isComplete()) {
      return reading.read(reader -> reader.ended(topics));
    }
    Map<Topic, Long> found = new HashMap<>();
    for (Topic topic : topics) {
      long at = directory.endOf(topic);
      if (at > 0) {
        found.put(topic, at);
      }
    }
    return Future.succeededFuture(found);
  }
}
