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
 * Answers what is asked about patterns: the names are matched once, in the {@link TopicDirectory},
 * and the rest is exact topics and the indexes of the log's file.
 *
 * <p>Until the directory is filled, who asks for the newest updates waits, and who seeks is told to
 * read on. Where it does not hold all topics, the names are read from the file each time. It may be
 * used from any thread; futures complete on the caller's context.
 */
public final class PatternSearch {

  private static final int MOST_REMEMBERED = 64;

  /** Names that were matched are matched again when so little is left up to their moment. */
  private static final int AHEAD = 4 * Page.MAX_UPDATES;

  /**
   * What was matched.
   *
   * @param after the number after which each of the topics has something
   * @param moment the log's head before they were matched
   * @param generation that of the directory
   */
  private record Names(long after, long moment, int generation, Set<Topic> topics) {}

  private final Vertx vertx;
  private final ReaderThreads reading;
  private final TopicDirectory directory;
  private final Supplier<LogHead> head;
  private final DirectoryFill fill;

  /** What those who sought last are matched by: they come back page by page. Guarded by itself. */
  private final Map<Interest, Names> soughtLast =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Interest, Names> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  /**
   * Begins with a directory that is not filled.
   *
   * @param head the log's own; the directory knows no less
   */
  public PatternSearch(
      Vertx vertx, ReaderThreads reading, TopicDirectory directory, Supplier<LogHead> head) {
    this.vertx = vertx;
    this.reading = reading;
    this.directory = directory;
    this.head = head;
    this.fill = new DirectoryFill(reading, directory);
  }

  /** Has the directory filled or tidied, if that is due; it costs nothing if not. */
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
    // First the moment: of what was committed up to it the directory knows all.
    NewestUpdates topics = new NewestUpdates(count, head.get().last());
    directory.each(interest, deadline, topics::visit);
    return reader.beforeNewest(topics, deadline);
  }

  private Future<Long> byFile(int count, Interest interest, Deadline deadline) {
    // A topic that comes later has nothing up to this moment.
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
      return Future.succeededFuture(nothingKnown(after));
    }
    return reading.search(
        reader -> {
          deadline.check();
          Names names = names(after, interest, deadline);
          return names == null
              ? nothingKnown(after)
              : reader.seek(after, names.topics()).upTo(names.moment());
        });
  }

  /** The topics in which a reader may have something; null if they are too many. */
  private @Nullable Names names(long after, Interest interest, Deadline deadline) {
    synchronized (soughtLast) {
      Names known = soughtLast.get(interest);
      if (known != null
          && known.generation() == directory.generation()
          && known.after() <= after
          && known.moment() - after >= AHEAD) {
        return known;
      }
    }
    int generation = directory.generation();
    // First the moment: what a topic that comes later has is after it.
    long moment = head.get().last();
    Set<Topic> topics = directory.after(after, interest, deadline);
    if (topics == null) {
      return null;
    }
    Names names = new Names(after, moment, generation, topics);
    synchronized (soughtLast) {
      soughtLast.put(interest, names);
    }
    return names;
  }

  private Gap nothingKnown(long after) {
    long from = Math.max(after, head.get().earliest() - 1);
    return new Gap(from, from);
  }
}
