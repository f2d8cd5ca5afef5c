package dev.outpour.history.sqlite.read;

import dev.outpour.history.index.TopicDirectory;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills a {@link TopicDirectory} from the log's file in the background, and makes room in it.
 * Thread-safe.
 */
final class DirectoryFill {

  private static final Logger log = LoggerFactory.getLogger(DirectoryFill.class);
  private static final long BETWEEN_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final ReaderThreads reading;
  private final TopicDirectory directory;

  /** The fill under way; null if there is none. */
  private @Nullable Future<Void> underWay;

  private boolean tidying;
  private boolean warned;
  private long lastNanos = System.nanoTime() - BETWEEN_NANOS;

  DirectoryFill(ReaderThreads reading, TopicDirectory directory) {
    this.reading = reading;
    this.directory = directory;
  }

  /** Begins to fill or tidy the directory if that is due; fills at most every ten seconds. */
  void keepUp() {
    if (directory.isToBeFilled() || directory.isCrowded()) {
      beginWhatIsDue();
    }
  }

  private synchronized void beginWhatIsDue() {
    if (directory.isCrowded() && !tidying) {
      tidying = true;
      reading
          .search(
              reader -> {
                directory.makeRoom();
                return true;
              })
          .onComplete(tidied -> tidied());
    }
    if (underWay == null && System.nanoTime() - lastNanos >= BETWEEN_NANOS) {
      begin();
    }
  }

  private synchronized void tidied() {
    tidying = false;
  }

  /**
   * Completes once the directory is as full as it can be; begins to fill it if necessary.
   *
   * @return fails if the file cannot be read
   */
  synchronized Future<Void> filled() {
    if (directory.isComplete()) {
      return Future.succeededFuture();
    }
    if (underWay == null && directory.isToBeFilled()) {
      begin();
    }
    return underWay == null ? Future.succeededFuture() : underWay;
  }

  private void begin() {
    int generation = directory.generation();
    lastNanos = System.nanoTime();
    Promise<Void> done = Promise.promise();
    underWay = done.future();
    TopicWalk.over(reading, each -> directory.found(each.topic(), each.newest(), generation))
        .compose(
            walked ->
                TopicWalk.overEnded(
                    reading, each -> directory.foundEnd(each.topic(), each.newest(), generation)))
        .onSuccess(walked -> directory.filled(generation))
        .onComplete(
            walked -> {
              ended(walked.succeeded());
              done.handle(walked);
            });
  }

  private synchronized void ended(boolean walked) {
    underWay = null;
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastNanos);
    log.debug("Filled the topic directory in {} ms: {}", millis, directory);
    if (walked && directory.isFull() && !warned) {
      warned = true;
      log.warn(
          "The log has more topics than fit in memory ({}): last= with patterns is slow, raise"
              + " history.directoryTopics",
          directory.mostTopics());
    }
  }
}
