package dev.outpour.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.history.History.Commit;
import dev.outpour.history.Retention;
import dev.outpour.history.memory.MemoryHistory;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Samples;
import dev.outpour.update.Update;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class GroupCommitTest {

  private static final Retention EVERYTHING =
      new Retention(1_000_000, Duration.ofHours(1), 1 << 30);

  private final Vertx vertx = Vertx.vertx();
  private final MemoryHistory log = new MemoryHistory(EVERYTHING);
  private final List<List<Batch>> groups = Collections.synchronizedList(new ArrayList<>());
  private final List<Promise<Void>> held = Collections.synchronizedList(new ArrayList<>());
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());
  private volatile long nowMillis;

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  /** Writes when the test lets it. */
  private Future<Commit> append(List<Batch> group) {
    groups.add(group);
    Promise<Void> written = Promise.promise();
    held.add(written);
    return written.future().compose(done -> log.append(group));
  }

  /** Completes the write of the current group. */
  private void write() {
    held.get(held.size() - 1).complete();
  }

  private GroupCommit intake(long mostWaitingBytes) {
    return new GroupCommit(
        vertx,
        this::append,
        new Told(),
        mostWaitingBytes,
        () -> TimeUnit.MILLISECONDS.toNanos(nowMillis));
  }

  /** Records the notifications, in order. */
  private final class Told implements CommitObserver {
    @Override
    public void committed(Page page, long acceptedNanos, long tookNanos) {
      told.add("committed " + page.to());
    }

    @Override
    public void answered(Page page) {
      told.add("answered " + page.to());
    }

    @Override
    public Throwable failed(Throwable failure) {
      told.add("failed");
      return Refusal.unavailable("No room").asException();
    }
  }

  private static List<Batch> one(String data) {
    return List.of(Batch.of(Samples.draft(data, "t")));
  }

  private static int status(Future<?> refused) {
    return ((RefusedException) Await.failure(refused)).refusal().status();
  }

  private static long number(Future<List<Outcome>> outcomes) {
    return Await.result(outcomes).get(0).receipts().get(0).position().sequence();
  }

  private List<Integer> sizes() {
    return groups.stream().map(List::size).toList();
  }

  @Test
  void firstIsWrittenAtOnceAndWhatComesMeanwhileGoesTogether() {
    GroupCommit intake = intake(1 << 20);
    Future<List<Outcome>> a = intake.submit(one("a"));
    Future<List<Outcome>> b = intake.submit(one("b"));
    Future<List<Outcome>> c = intake.submit(one("c"));
    assertThat(sizes()).containsExactly(1);
    write();
    assertThat(sizes()).containsExactly(1, 2);
    assertThat(number(a)).isEqualTo(1);
    assertThat(b.isComplete()).isFalse();
    write();
    assertThat(number(b)).isEqualTo(2);
    assertThat(number(c)).isEqualTo(3);
    assertThat(told).containsExactly("committed 1", "answered 1", "committed 3", "answered 3");
  }

  @Test
  void whatCameTogetherGoesTogetherAndGroupsAreBounded() {
    GroupCommit intake = intake(64 << 20);
    intake.submit(one("first"));
    for (int i = 0; i < 5; i++) {
      intake.submit(one("x".repeat(100_000)));
    }
    List<Draft> drafts = IntStream.range(0, 500).mapToObj(i -> Samples.draft("x", "t")).toList();
    for (int i = 0; i < 5; i++) {
      intake.submit(List.of(new Batch(drafts)));
    }
    while (log.head().last() < 1 + 5 + 2_500) {
      write();
    }
    assertThat(groups)
        .allSatisfy(
            group -> {
              assertThat(group.stream().mapToInt(Batch::weight).sum())
                  .isLessThanOrEqualTo(Page.MAX_BYTES);
              assertThat(group.stream().mapToInt(batch -> batch.drafts().size()).sum())
                  .isLessThanOrEqualTo(Page.MAX_UPDATES);
            });
    assertThat(groups.size()).isLessThan(9);
  }

  @Test
  void whatWaitsIsBoundedInBytesAndRefusedBeforeItIsStored() {
    GroupCommit small = intake(one("x".repeat(1_000)).get(0).weight() * 2L);
    Future<List<Outcome>> first = small.submit(one("first"));
    List<Future<List<Outcome>>> outcomes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      outcomes.add(small.submit(one("x".repeat(1_000))));
    }
    assertThat(status(outcomes.get(2))).isEqualTo(503);
    write();
    write();
    assertThat(number(first)).isEqualTo(1);
    assertThat(number(outcomes.get(1))).isEqualTo(3);
    assertThat(log.head().last()).isEqualTo(3);
  }

  @Test
  void whatHasWaitedTooLongIsRefusedAndNotStored() {
    GroupCommit intake = intake(1 << 20);
    intake.submit(one("a"));
    Future<List<Outcome>> late = intake.submit(one("late"));
    nowMillis += 4_000;
    Future<List<Outcome>> b = intake.submit(one("b"));
    nowMillis += 1_001;
    write();
    assertThat(status(late)).isEqualTo(503);
    write();
    assertThat(number(b)).isEqualTo(2);
  }

  @Test
  void failureIsToldToAllOfTheGroupAndTheNextGoesOn() {
    GroupCommit intake = intake(1 << 20);
    Future<List<Outcome>> a = intake.submit(one("a"));
    Future<List<Outcome>> b = intake.submit(one("b"));
    held.get(0).fail("The disk is full");
    assertThat(status(a)).isEqualTo(503);
    write();
    assertThat(number(b)).isEqualTo(1);
    assertThat(told).startsWith("failed");
  }

  @Test
  void appendThatThrowsFailsItsGroupAndTheNextGoesOn() {
    GroupCommit throwing =
        new GroupCommit(
            vertx,
            group -> {
              throw new IllegalStateException("Closed");
            },
            new Told(),
            1 << 20,
            () -> 0);
    assertThat(status(throwing.submit(one("a")))).isEqualTo(503);
    assertThat(status(throwing.submit(one("b")))).isEqualTo(503);
  }

  /** Fails in each notification in turn. */
  @ParameterizedTest
  @ValueSource(strings = {"committed", "answered", "failed", "append", "clock"})
  void errorOfThoseWhoAreToldLeavesNobodyWithoutAnAnswer(String where) {
    AtomicInteger planted = new AtomicInteger();
    class Failing implements CommitObserver {
      private void fail(String here) {
        if (here.equals(where) && planted.getAndIncrement() == 0) {
          throw new StackOverflowError("planted");
        }
      }

      @Override
      public void committed(Page page, long acceptedNanos, long tookNanos) {
        fail("committed");
      }

      @Override
      public void answered(Page page) {
        fail("answered");
      }

      @Override
      public Throwable failed(Throwable failure) {
        fail("failed");
        return Refusal.unavailable("No room").asException();
      }
    }
    Failing failing = new Failing();
    AtomicInteger looks = new AtomicInteger();
    GroupCommit intake =
        new GroupCommit(
            vertx,
            group -> {
              failing.fail("append");
              return append(group);
            },
            failing,
            1 << 20,
            () -> {
              if (looks.incrementAndGet() == 5) {
                failing.fail("clock");
              }
              return 0;
            });
    List<Future<List<Outcome>>> answers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      answers.add(intake.submit(one("n" + i)));
      while (!held.isEmpty()) {
        Promise<Void> next = held.remove(0);
        if (where.equals("failed") && i == 1) {
          next.fail("The disk is full");
        } else {
          next.complete();
        }
      }
    }
    for (Future<List<Outcome>> each : answers) {
      Await.until("an answer", each::isComplete);
    }
    assertThat(planted).as("the planted error").hasPositiveValue();
    Future<List<Outcome>> next = intake.submit(one("next"));
    held.remove(0).complete();
    assertThat(number(next)).isEqualTo(log.head().last());
    assertThat(intake.waitingBytes()).isZero();
    Await.result(intake.close());
  }

  @Test
  void closeTakesNothingMoreAndWaitsForWhatWasTaken() {
    GroupCommit intake = intake(1 << 20);
    assertThat(intake(1).close().succeeded()).as("there is nothing").isTrue();
    Future<List<Outcome>> a = intake.submit(one("a"));
    Future<List<Outcome>> b = intake.submit(one("b"));
    Future<Void> closed = intake.close();
    assertThat(status(intake.submit(one("c")))).isEqualTo(503);
    write();
    assertThat(closed.isComplete()).isFalse();
    write();
    Await.result(closed);
    assertThat(number(a)).isEqualTo(1);
    assertThat(number(b)).isEqualTo(2);
  }

  @Test
  void answersComeOnTheContextOfTheAsker() {
    GroupCommit intake = intake(1 << 20);
    Context context = vertx.getOrCreateContext();
    Promise<Context> answeredOn = Promise.promise();
    context.runOnContext(
        turn ->
            intake
                .submit(one("a"))
                .onComplete(done -> answeredOn.complete(Vertx.currentContext())));
    Await.until("the group is under way", () -> !held.isEmpty());
    write();
    assertThat(Await.result(answeredOn.future())).isSameAs(context);
  }

  /**
   * Several loops publish at once: to a log in memory, which the publishing threads write, and to
   * one with a writer thread.
   */
  @Test
  void eachIsStoredOnceAndInTheOrderOfItsPublisherHoweverManyPublishAtOnce() {
    ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
    try {
      for (boolean direct : new boolean[] {true, false}) {
        MemoryHistory shared = new MemoryHistory(EVERYTHING);
        List<Long> underWay = Collections.synchronizedList(new ArrayList<>());
        GroupCommit intake =
            new GroupCommit(
                vertx,
                group -> {
                  underWay.add(Thread.currentThread().getId());
                  assertThat(underWay).as("one append at a time").hasSize(1);
                  Promise<Commit> written = Promise.promise();
                  Runnable write =
                      () -> {
                        Commit commit = shared.append(group).result();
                        underWay.clear();
                        written.complete(commit);
                      };
                  if (direct) {
                    write.run();
                  } else {
                    writer.schedule(write, new Random().nextInt(200), TimeUnit.MICROSECONDS);
                  }
                  return written.future();
                },
                new Told(),
                64 << 20,
                () -> 0);
        List<Future<List<Outcome>>> all = new ArrayList<>();
        for (int loop = 0; loop < 4; loop++) {
          Context context = vertx.getOrCreateContext();
          int name = loop;
          for (int i = 0; i < 500; i++) {
            String data = name + "-" + i;
            Promise<List<Outcome>> done = Promise.promise();
            context.runOnContext(turn -> intake.submit(one(data)).onComplete(done));
            all.add(done.future());
          }
        }
        Await.result(Future.join(all));
        Await.result(intake.close());
        List<String> stored = new ArrayList<>();
        for (long after = 0; after < shared.head().last(); ) {
          Page page = shared.read(after).result();
          page.updates().stream().map(Update::data).map(Object::toString).forEach(stored::add);
          after = page.to();
        }
        assertThat(stored).hasSize(2_000).doesNotHaveDuplicates();
        for (int loop = 0; loop < 4; loop++) {
          String own = loop + "-";
          assertThat(stored.stream().filter(data -> data.startsWith(own)).toList())
              .isEqualTo(IntStream.range(0, 500).mapToObj(i -> own + i).toList());
        }
      }
    } finally {
      writer.shutdownNow();
    }
  }
}
