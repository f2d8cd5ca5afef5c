package dev.outpour.history.sqlite.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.RamDirectory;
import dev.outpour.history.HistoryDriver;
import dev.outpour.history.Retention;
import dev.outpour.loop.Deadline;
import dev.outpour.update.Batch;
import dev.outpour.update.Samples;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log in a file that is written and read without a pause. */
class SqliteReadersTest {

  private static final Retention EVERYTHING =
      new Retention(10_000_000, Duration.ofHours(24), 1L << 40);

  /** More readers than the log has reading threads, so that no thread is ever idle. */
  private static final int READS_AT_ONCE = 6;

  /**
   * Four times the length of a checkpoint: on a busy disk a pass takes as long as several groups.
   */
  private static final long WAL_BYTES = 32L << 20;

  /** Enough reads to take longer than a commit. */
  private static final int QUEUED = 60;

  @TempDir private Path directory;
  private volatile boolean ended;
  private final AtomicLong pages = new AtomicLong();

  /** Reads page after page from random positions until the test ends. */
  private Future<Void> readPages(HistoryDriver log, Random random) {
    if (ended) {
      return Future.succeededFuture();
    }
    long last = log.history().head().last();
    long after = last == 0 ? 0 : Math.floorMod(random.nextLong(), last);
    return log.history()
        .read(after)
        .compose(
            page -> {
              if (!page.continues(after) && last > 0) {
                return Future.failedFuture("A page that does not continue " + after + ": " + page);
              }
              pages.incrementAndGet();
              return readPages(log, random);
            });
  }

  /** The log removes its older half between the question and the answer. */
  @Test
  void newestAreCountedBackInTheLogAsItIsWhenItIsRead() {
    int retained = 1_000;
    Path file = RamDirectory.make().resolve("log.db");
    try (HistoryDriver log =
        new HistoryDriver(file).open(new Retention(retained, Duration.ofHours(24), 1L << 40))) {
      log.append(HistoryDriver.batch(retained, 10, "a"));
      List<Future<Long>> asked = new ArrayList<>();
      log.call(
          () -> {
            for (int i = 0; i < QUEUED; i++) {
              log.history().read(0);
            }
            asked.add(
                log.history().beforeNewest(2 * retained, Samples.interest("a"), Deadline.never()));
            return log.history().append(List.of(HistoryDriver.batch(retained / 2, 10, "a")));
          });
      assertThat(asked.get(0).isComplete()).as("answered before the log grew").isFalse();
      assertThat(log.history().head().earliest()).isEqualTo(retained / 2 + 1);
      assertThat(Await.result(asked.get(0))).isEqualTo(retained / 2);
    }
  }

  @Test
  void writeAheadLogStaysSmallWhileReadersNeverPause() {
    long seed = ThreadLocalRandom.current().nextLong();
    try (HistoryDriver log = new HistoryDriver(directory.resolve("log.db")).open(EVERYTHING)) {
      Batch batch = HistoryDriver.batch(300, 400, "a", "b/c", "d");
      log.append(batch);
      Future<?> reading =
          log.begin(
              () ->
                  Future.all(
                      new Random(seed)
                          .longs(READS_AT_ONCE)
                          .mapToObj(own -> readPages(log, new Random(own)))
                          .toList()));
      long largest = 0;
      for (int i = 0; i < 350; i++) {
        log.append(batch);
        largest = Math.max(largest, log.walBytes());
      }
      ended = true;
      Await.result(reading);
      assertThat(pages).as("pages read").hasValueGreaterThan(500);
      assertThat(largest).as("seed %d", seed).isLessThan(WAL_BYTES);
    }
  }
}
