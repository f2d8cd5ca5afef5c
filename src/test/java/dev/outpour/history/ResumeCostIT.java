package dev.outpour.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.faults.Extent;
import dev.outpour.loop.Deadline;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Interest;
import dev.outpour.update.Samples;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cost of opening a long log and of resuming at any position in it. */
@Tag(Extent.ALONE)
@Tag(Extent.TAG)
class ResumeCostIT {

  private static final int UPDATES = Extent.of(10_000_000, 500_000);
  private static final int GROUP = 1_000;
  private static final int BETWEEN_RARE = 100_000;
  private static final int POINTS = 20;

  /** A random position against the newest one, whose pages are still in SQLite's own cache. */
  private static final int MOST_TIMES = 5;

  private static final Duration OPENING = Duration.ofSeconds(1);

  @TempDir private Path directory;
  private final long seed = ThreadLocalRandom.current().nextLong();
  private final Random random = new Random(seed);

  private static Batch group(int from) {
    return new Batch(
        IntStream.range(from, from + GROUP)
            .<Draft>mapToObj(
                n ->
                    Samples.draft(
                        "{\"number\": " + n + ", \"of\": \"a log that is long\"}",
                        n % BETWEEN_RARE == 0
                            ? "rare"
                            : n % 2 == 0 ? "frequent" : "sensors/" + n % 97))
            .toList());
  }

  private static long median(LongStream points, LongConsumer resume) {
    long[] nanos =
        points
            .map(
                after -> {
                  long begun = System.nanoTime();
                  resume.accept(after);
                  return System.nanoTime() - begun;
                })
            .sorted()
            .toArray();
    return nanos[nanos.length / 2];
  }

  @Test
  void openingIsQuickAndGoingOnCostsTheSameAnywhere() {
    Retention everything = new Retention(1L << 40, Duration.ofHours(24), 1L << 50);
    try (HistoryDriver log = new HistoryDriver(directory.resolve("log.db")).open(everything)) {
      for (int from = 0; from < UPDATES; from += GROUP) {
        log.append(group(from));
      }
      log.shut();
      long begun = System.nanoTime();
      log.open(everything);
      Duration opening = Duration.ofNanos(System.nanoTime() - begun);
      System.out.println(UPDATES + " updates, " + log.fileBytes() + " bytes, opened in " + opening);
      assertThat(opening).isLessThan(OPENING);
      assertThat(log.history().head().last()).isEqualTo(UPDATES);

      assertFlat("**", after -> log.call(() -> log.history().read(after)));
      for (String topic : new String[] {"rare", "frequent", "none"}) {
        assertFlat(topic, after -> resume(log, after, Samples.interest(topic)));
      }
    }
  }

  /**
   * Resumes as a subscriber of an exact topic does: up to the page with its next update, or the
   * head.
   */
  private static void resume(HistoryDriver log, long after, Interest topics) {
    log.call(
        () ->
            log.history()
                .seek(after, topics, Deadline.never())
                .compose(gap -> log.history().read(gap.to())));
  }

  private void assertFlat(String what, LongConsumer resume) {
    // The rare topic's update is in the newest full page, so that both cases read a full page.
    long newest = UPDATES - BETWEEN_RARE - 5_000L;
    long atNewest = median(random.longs(POINTS, newest, newest + 2_000), resume);
    long anywhere = median(random.longs(POINTS, 0, newest), resume);
    System.out.printf(
        "%s: at the newest %d us, anywhere %d us%n", what, atNewest / 1_000, anywhere / 1_000);
    assertThat(anywhere)
        .as("nanoseconds for %s, seed %d", what, seed)
        .isLessThan(MOST_TIMES * atNewest + Duration.ofMillis(2).toNanos());
  }
}
