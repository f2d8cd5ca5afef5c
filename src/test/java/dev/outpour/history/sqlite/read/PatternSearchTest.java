package dev.outpour.history.sqlite.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.history.HistoryContractTest;
import dev.outpour.history.HistoryDriver;
import dev.outpour.history.Retention;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.loop.Deadline;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Gap;
import dev.outpour.update.Interest;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Samples;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches by pattern after a log was opened, and with more topics than fit into memory. */
class PatternSearchTest {

  private static final Retention EVERYTHING = HistoryContractTest.EVERYTHING;
  private static final int TOPICS = 3_000;

  @TempDir private Path directory;
  private HistoryDriver log;

  @BeforeEach
  void open() {
    log = new HistoryDriver(directory.resolve("log.db"));
  }

  @AfterEach
  void close() {
    log.close();
  }

  /** Updates, each with its own topic; every other one has two topics. */
  private void append(int from, int to) {
    for (int begin = from; begin < to; begin += 500) {
      log.append(
          new Batch(
              IntStream.range(begin, Math.min(to, begin + 500))
                  .<Draft>mapToObj(
                      n ->
                          n % 2 == 0
                              ? Samples.draft("x", "t/" + n)
                              : Samples.draft("x", "t/" + n, "further/" + n))
                  .toList()));
    }
  }

  private Future<Long> begin(int count, String... patterns) {
    Interest interest = Samples.interest(patterns);
    return log.begin(() -> log.history().beforeNewest(count, interest, Deadline.never()));
  }

  private Gap seek(long after, String... patterns) {
    Interest interest = Samples.interest(patterns);
    return log.call(() -> log.history().seek(after, interest, Deadline.never()));
  }

  private void assertRightAnswers() {
    assertThat(Await.result(begin(1, "t/*"))).isEqualTo(TOPICS - 1);
    assertThat(Await.result(begin(1, "*/0"))).isZero();
    assertThat(Await.result(begin(1, "none/*"))).isZero();
    assertThat(Await.result(begin(1, "further/*"))).isEqualTo(TOPICS - 1);
    assertThat(Await.result(begin(2, "further/*"))).isEqualTo(TOPICS - 3);
    assertThat(Await.result(begin(3, "*/2", "*/7"))).isZero();
    assertThat(Await.result(begin(2, "*/2", "*/7"))).isEqualTo(2);
  }

  @Test
  void whatTheFileHasIsFilledInWhileMoreComes() {
    log.open(EVERYTHING);
    append(0, TOPICS / 2);
    TopicDirectory topics = new TopicDirectory(0);
    log.open(EVERYTHING, topics);
    List<Future<Long>> early = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      early.add(begin(1, "*/3"));
    }
    append(TOPICS / 2, TOPICS);
    early.forEach(each -> assertThat(Await.result(each)).isEqualTo(3));
    assertThat(topics.isComplete()).isTrue();
    assertThat(topics.size()).isEqualTo(TOPICS + TOPICS / 2);
    assertRightAnswers();
    assertThat(seek(10, "*/2999")).isEqualTo(new Gap(10, TOPICS - 1));
    assertThat(seek(10, "none/*")).isEqualTo(new Gap(10, TOPICS));
  }

  @Test
  void nothingIsWrongBeyondTheBound() {
    TopicDirectory topics = new TopicDirectory(100);
    log.open(EVERYTHING, topics);
    append(0, TOPICS);
    assertRightAnswers();
    assertThat(seek(10, "*/2999")).isEqualTo(new Gap(10, 10));
    TopicDirectory small = new TopicDirectory(100);
    log.open(EVERYTHING, small);
    assertRightAnswers();
    assertThat(small.isComplete()).isFalse();
    assertThat(small.size()).isEqualTo(100);
    Interest all = Samples.interest("t/*");
    Future<Long> late = log.begin(() -> log.history().beforeNewest(1, all, Deadline.in(0)));
    assertThat(Await.failure(late))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.tooLate()));
  }

  @Test
  void whoSeeksAgainAndAgainIsPassedOverNothingThatCameMeanwhile() {
    long seed = ThreadLocalRandom.current().nextLong();
    Random random = new Random(seed);
    log.open(EVERYTHING);
    Await.result(begin(1, "rare/*"));
    List<Long> rare = new ArrayList<>();
    List<Long> found = new ArrayList<>();
    long cursor = 0;
    long last = 0;
    for (int i = 0; i < 60; i++) {
      int count = 1 + random.nextInt(900);
      List<Draft> drafts = new ArrayList<>();
      for (int n = 0; n < count; n++) {
        last++;
        boolean isRare = random.nextInt(400) == 0;
        if (isRare) {
          rare.add(last);
        }
        drafts.add(Samples.draft("x", isRare ? "rare/" + random.nextInt(40) : "loud"));
      }
      log.append(new Batch(drafts));
      if (i % 6 == 5) {
        while (cursor < last && random.nextInt(20) > 0) {
          Gap gap = seek(cursor, "rare/*");
          assertThat(gap.from()).isEqualTo(cursor);
          cursor = gap.to();
          if (cursor < last) {
            // Look at the next update, as reading a page would.
            cursor++;
            if (rare.contains(cursor)) {
              found.add(cursor);
            }
          }
        }
      }
    }
    while (cursor < last) {
      cursor = Math.min(last, seek(cursor, "rare/*").to() + 1);
      if (rare.contains(cursor)) {
        found.add(cursor);
      }
    }
    assertThat(found).as("seed %d", seed).isEqualTo(rare);
  }

  @Test
  void whatWasRemovedBeforeItWasOpenedCountsForEveryTopic() {
    Retention few = new Retention(100, Duration.ofHours(1), 1L << 40);
    log.open(few);
    append(0, 1_000);
    log.append();
    log.append();
    assertThat(log.history().head().earliest()).isEqualTo(901);
    assertThat(seek(0, "never")).isEqualTo(new Gap(0, 1_000));
    assertThat(seek(7, "t/6")).isEqualTo(new Gap(7, 1_000));
    log.open(few);
    for (String topic : List.of("never", "t/6", "t/950")) {
      assertThat(seek(899, topic).from()).isEqualTo(900);
      assertThat(seek(900, topic).from()).isEqualTo(900);
    }
    append(1_000, 1_050);
    log.append();
    assertThat(log.history().head().earliest()).isEqualTo(951);
    assertThat(seek(900, "never")).isEqualTo(new Gap(900, 1_050));
    assertThat(seek(900, "t/949").from()).isEqualTo(950);
    assertThat(seek(900, "t/950").from()).isEqualTo(900);
  }
}
