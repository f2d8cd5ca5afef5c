package dev.outpour.history.sqlite.read;

import dev.outpour.history.History;
import dev.outpour.history.index.NewestUpdates;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.loop.Deadline;
import dev.outpour.update.Gap;
import dev.outpour.update.Interest;
import dev.outpour.update.LogHead;
import dev.outpour.update.Page;
import dev.outpour.update.Topic;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions about patterns. It matches them once with the topics in the {@link
 * TopicDirectory}; the rest is a search for exact topics in the indexes of the log's file.
 *
 * <p>While the directory is being filled, questions for the newest updates wait, and {@link #seek}
 * returns an empty gap. If the directory lacks topics, all topics are read from the file for each
 * question. Thread-safe; futures complete on the caller's context.
 */
public final class PatternSearch {

  private static final int MOST_REMEMBERED = 64;

  /** Topics are matched again when their moment is no further ahead than this. */
  private static final int AHEAD = 4 * Page.MAX_UPDATES;

  /**
   * The topics that an interest matched.
   *
   * @param after each of the topics has updates after this sequence number
   * @param moment the log's head before the match
   * @param generation the generation of the directory
   */
  private record Matched(long after, long moment, int generation, Set<Topic> topics) {}

  private final Vertx vertx;
  private final ReaderThreads reading;
  private final TopicDirectory directory;
  private final Supplier<LogHead> head;
  private final DirectoryFill fill;

  /** The latest matches, since subscribers ask again page by page. Guarded by itself. */
  private final Map<Interest, Matched> latest =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Interest, Matched> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  /**
   * Begins with a directory that is not filled.
   *
   * @param head the log's head; the directory knows all updates up to it
   */
  public PatternSearch(
      Vertx vertx, ReaderThreads reading, TopicDirectory directory, Supplier<LogHead> head) {
    this.vertx = vertx;
    this.reading = reading;
    this.directory = directory;
    this.head = head;
    this.fill = new DirectoryFill(reading, directory);
  }

  /** Begins to fill or tidy the directory if that is due; otherwise it costs nothing. */
  public void keepFilled() {
    fill.keepUp();
  }

  /** As {@link History#beforeNewest}. */
  public Future<Long> beforeNewest(int count, Interest interest, Deadline deadline) {
    Promise<Long> answer = ((ContextInternal) vertx.getOrCreateContext()).promise();
    fill.filled()
        .compose(
            tried ->
                directory.isComplete()
                    ? reading.search(reader -> byDirectory(reader, count, interest, deadline))
                    : byFile(count, interest, deadline))
        .onComplete(answer);
    return answer.future();
  }

  private Long byDirectory(SqliteReader reader, int count, Interest interest, Deadline deadline)
      throws SQLException {
    deadline.check();
    // Read the head first: the directory knows all updates up to it.
    NewestUpdates topics = new NewestUpdates(count, head.get().last());
    directory.each(interest, deadline, topics::visit);
    return reader.beforeNewest(topics, deadline);
  }

  private Future<Long> byFile(int count, Interest interest, Deadline deadline) {
    // A topic that is added later has no updates up to this moment.
    NewestUpdates topics = new NewestUpdates(count, head.get().last());
    return TopicWalk.over(
            reading,
            found -> {
              deadline.check();
              if (interest.matches(found.topic())) {
                topics.add(found.topic(), found.newest());
              }
            })
        .compose(walked -> reading.search(reader -> reader.beforeNewest(topics, deadline)));
  }

  /** As {@link History#seek}. */
  public Future<Gap> seek(long after, Interest interest, Deadline deadline) {
    if (!directory.isComplete()) {
      return Future.succeededFuture(emptyGap(after));
    }
    return reading.search(
        reader -> {
          deadline.check();
          Matched matched = match(after, interest, deadline);
          return matched == null
              ? emptyGap(after)
              : reader.seek(after, matched.topics()).upTo(matched.moment());
        });
  }

  /** The topics that match and may have updates; null if they are too many. */
  private @Nullable Matched match(long after, Interest interest, Deadline deadline) {
    synchronized (latest) {
      Matched known = latest.get(interest);
      if (known != null
          && known.generation() == directory.generation()
          && known.after() <= after
          && known.moment() - after >= AHEAD) {
        return known;
      }
    }
    int generation = directory.generation();
    // Read the head first: a topic that is added later has updates only after it.
    long moment = head.get().last();
    Set<Topic> topics = directory.after(after, interest, deadline);
    if (topics == null) {
      return null;
    }
    Matched matched = new Matched(after, moment, generation, topics);
    synchronized (latest) {
      latest.put(interest, matched);
    }
    return matched;
  }

  private Gap emptyGap(long after) {
    long from = Math.max(after, head.get().earliest() - 1);
    return new Gap(from, from);
  }
}
