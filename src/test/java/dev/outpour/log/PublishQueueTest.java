package dev.outpour.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Position;
import dev.outpour.update.Refusal;
import dev.outpour.update.Samples;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PublishQueueTest {

  /** What has been sent, in order, and how it is answered. */
  private static final class Log {
    final List<List<Batch>> sent = new ArrayList<>();
    final List<Promise<List<Outcome>>> answers = new ArrayList<>();
    long nowMillis;
    private long last;

    Future<List<Outcome>> send(List<Batch> group) {
      sent.add(group);
      answers.add(Promise.promise());
      return answers.get(answers.size() - 1).future();
    }

    int underWay() {
      return (int) answers.stream().filter(answer -> !answer.future().isComplete()).count();
    }

    private int oldest() {
      return IntStream.range(0, sent.size())
          .filter(i -> !answers.get(i).future().isComplete())
          .findFirst()
          .orElseThrow();
    }

    /** Commits the oldest group that is under way. */
    void commit() {
      int group = oldest();
      List<Outcome> outcomes = new ArrayList<>();
      for (Batch batch : sent.get(group)) {
        outcomes.add(
            new Outcome(
                batch.drafts().stream()
                    .map(each -> new Position(Samples.EPOCH, ++last))
                    .map(position -> new Outcome.Receipt(position, false))
                    .toList(),
                Optional.empty()));
      }
      answers.get(group).complete(outcomes);
    }

    void fail(Throwable failure) {
      answers.get(oldest()).fail(failure);
    }

    List<List<String>> sentData() {
      return sent.stream()
          .map(
              group ->
                  group.stream()
                      .flatMap(batch -> batch.drafts().stream())
                      .map(draft -> draft.data().toString())
                      .toList())
          .toList();
    }
  }

  private final Log log = new Log();
  private final PublishQueue queue = queue(log, 1 << 20);

  private static PublishQueue queue(Log log, long mostWaitingBytes) {
    return new PublishQueue(
        log::send,
        mostWaitingBytes,
        () -> log.nowMillis,
        () -> PublishQueue.Owner.FAR,
        Runnable::run);
  }

  private static Batch batch(String data) {
    return Batch.of(Samples.draft(data, "t"));
  }

  private static long number(Future<Outcome> outcome) {
    return outcome.result().receipts().get(0).position().sequence();
  }

  private static int status(Future<Outcome> outcome) {
    return outcome.result().refusal().map(Refusal::status).orElse(200);
  }

  @Test
  void whatComesInOneTurnIsOneGroup() {
    Log log = new Log();
    List<Runnable> turn = new ArrayList<>();
    PublishQueue queue =
        new PublishQueue(
            log::send, 1 << 20, () -> log.nowMillis, () -> PublishQueue.Owner.FAR, turn::add);
    queue.submit(Batch.of(Samples.draft("a", "t")));
    queue.submit(Batch.of(Samples.draft("b", "t")));
    assertThat(log.sent).isEmpty();
    assertThat(turn).hasSize(1);

    turn.remove(0).run();
    assertThat(log.sentData()).containsExactly(List.of("a", "b"));
    queue.submit(Batch.of(Samples.draft("c", "t")));
    assertThat(turn).as("what is under way is waited for instead").isEmpty();
    log.commit();
    assertThat(log.sentData()).last().isEqualTo(List.of("c"));
  }

  @Test
  void largeGroupGoesWhileAnotherIsUnderWayAndSmallOnesAreCollected() {
    Log log = new Log();
    PublishQueue queue =
        new PublishQueue(
            log::send, 1 << 20, () -> log.nowMillis, () -> PublishQueue.Owner.FAR, Runnable::run);
    for (String data : List.of("a", "b", "c")) {
      queue.submit(Batch.of(Samples.draft(data, "t")));
    }
    assertThat(log.sentData()).containsExactly(List.of("a"));
    String large = "x".repeat(Page.MAX_BYTES / 2);
    queue.submit(Batch.of(Samples.draft(large, "t")));
    assertThat(log.sentData()).containsExactly(List.of("a"), List.of("b", "c", large));
    queue.submit(Batch.of(Samples.draft(large, "t")));
    assertThat(log.underWay()).isEqualTo(2);
  }

  @Test
  void closeInTheMiddleOfATurnSendsWhatWasTaken() {
    Log log = new Log();
    PublishQueue queue =
        new PublishQueue(
            log::send, 1 << 20, () -> log.nowMillis, () -> PublishQueue.Owner.FAR, turn -> {});
    Future<Outcome> outcome = queue.submit(Batch.of(Samples.draft("a", "t")));
    Future<Void> closed = queue.close();
    assertThat(closed.isComplete()).isFalse();
    log.commit();
    assertThat(closed.succeeded()).isTrue();
    assertThat(outcome.result().receipts()).hasSize(1);
  }

  @Test
  void firstIsSentAtOnceAndWhatComesMeanwhileGoesTogether() {
    Future<Outcome> a = queue.submit(batch("a"));
    Future<Outcome> b = queue.submit(batch("b"));
    Future<Outcome> c = queue.submit(batch("c"));
    assertThat(log.sentData()).containsExactly(List.of("a"));
    assertThat(a.isComplete()).isFalse();
    log.commit();
    assertThat(log.sentData()).containsExactly(List.of("a"), List.of("b", "c"));
    assertThat(number(a)).isEqualTo(1);
    assertThat(b.isComplete()).isFalse();
    log.commit();
    assertThat(number(b)).isEqualTo(2);
    assertThat(number(c)).isEqualTo(3);
    queue.submit(batch("d"));
    assertThat(log.sentData()).last().isEqualTo(List.of("d"));
  }

  @Test
  void nothingWaitsForAnotherGroupWhereTheOwnerIsNear() {
    Log log = new Log();
    List<Runnable> turn = new ArrayList<>();
    PublishQueue queue =
        new PublishQueue(
            log::send, 1 << 20, () -> log.nowMillis, () -> PublishQueue.Owner.NEAR, turn::add);
    queue.submit(batch("a"));
    turn.remove(0).run();
    queue.submit(batch("b"));
    queue.submit(batch("c"));
    assertThat(turn).hasSize(1);
    turn.remove(0).run();
    assertThat(log.sentData()).containsExactly(List.of("a"), List.of("b", "c"));
    assertThat(log.underWay()).isEqualTo(2);
  }

  @Test
  void ownerWhoIsNearBeginsWhileALongTurnGoesOn() {
    Log log = new Log();
    List<Runnable> turn = new ArrayList<>();
    PublishQueue queue =
        new PublishQueue(
            log::send, 1 << 20, () -> log.nowMillis, () -> PublishQueue.Owner.NEAR, turn::add);
    for (int i = 0; i < 20; i++) {
      queue.submit(batch("x"));
    }
    assertThat(log.sent).hasSizeBetween(1, 4);
    turn.forEach(Runnable::run);
    assertThat(log.sent.stream().mapToInt(List::size).sum()).isEqualTo(20);
  }

  @Test
  void whatIsAppendedHereIsAppendedAtTheEndOfTheTurn() {
    Log log = new Log();
    List<Runnable> turn = new ArrayList<>();
    PublishQueue queue =
        new PublishQueue(
            log::send, 1 << 20, () -> log.nowMillis, () -> PublishQueue.Owner.HERE, turn::add);
    for (int i = 0; i < 20; i++) {
      queue.submit(batch("x"));
    }
    assertThat(log.sent).isEmpty();
    turn.forEach(Runnable::run);
    assertThat(log.sent).extracting(List::size).containsExactly(20);
  }

  @Test
  void groupsAreBoundedInBytes() {
    queue.submit(batch("first"));
    for (int i = 0; i < 5; i++) {
      queue.submit(batch("x".repeat(100_000)));
    }
    for (int i = 0; i < 3; i++) {
      log.commit();
    }
    assertThat(log.sent).extracting(List::size).containsExactly(1, 2, 2, 1);
  }

  @Test
  void groupsAreBoundedInUpdates() {
    queue.submit(batch("first"));
    List<Draft> drafts = IntStream.range(0, 500).mapToObj(i -> Samples.draft("x", "t")).toList();
    for (int i = 0; i < 5; i++) {
      queue.submit(new Batch(drafts));
    }
    log.commit();
    assertThat(log.sent.get(1)).hasSize(Page.MAX_UPDATES / 500);
  }

  @Test
  void batchLargerThanAGroupGoesAlone() {
    queue.submit(batch("first"));
    queue.submit(batch("x".repeat(Page.MAX_BYTES * 2)));
    queue.submit(batch("last"));
    log.commit();
    assertThat(log.sent.get(1)).hasSize(1);
    log.commit();
    assertThat(log.sentData()).last().isEqualTo(List.of("last"));
  }

  @Test
  void whatWaitsIsBoundedInBytes() {
    PublishQueue small = queue(log, batch("x".repeat(1_000)).weight() * 2L);
    small.submit(batch("first"));
    List<Future<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      outcomes.add(small.submit(batch("x".repeat(1_000))));
    }
    assertThat(status(outcomes.get(2))).isEqualTo(503);
    assertThat(outcomes.get(2).result().refusal().orElseThrow().retryAfterSeconds()).isPositive();
    log.commit();
    log.commit();
    assertThat(log.sent).extracting(List::size).containsExactly(1, 2);
    assertThat(status(outcomes.get(1))).isEqualTo(200);
    assertThat(small.submit(batch("x".repeat(1_000))).isComplete()).isFalse();
  }

  @Test
  void whatIsLargerThanAllThatMayWaitIsTakenIfNothingElseWaits() {
    PublishQueue small = queue(log, 10);
    Future<Outcome> outcome = small.submit(batch("x".repeat(1_000)));
    log.commit();
    assertThat(status(outcome)).isEqualTo(200);
  }

  @Test
  void whatHasWaitedTooLongIsRefusedAndNotSent() {
    queue.submit(batch("a"));
    Future<Outcome> late = queue.submit(batch("late"));
    log.nowMillis += 4_000;
    Future<Outcome> b = queue.submit(batch("b"));
    log.nowMillis += 1_001;
    log.commit();
    assertThat(status(late)).isEqualTo(503);
    assertThat(log.sentData()).containsExactly(List.of("a"), List.of("b"));
    log.commit();
    assertThat(status(b)).isEqualTo(200);
  }

  @Test
  void refusalOfAGroupIsThatOfEachInIt() {
    Future<Outcome> a = queue.submit(batch("a"));
    Future<Outcome> b = queue.submit(batch("b"));
    log.fail(Refusal.unavailable("The disk is full").asException());
    assertThat(a.result()).isEqualTo(Outcome.refused(Refusal.unavailable("The disk is full")));
    log.commit();
    assertThat(status(b)).isEqualTo(200);
  }

  @Test
  void failureThatIsNoRefusalLeavesTheFateOpen() {
    Future<Outcome> first = queue.submit(batch("a"));
    log.fail(new IllegalStateException("Connection lost"));
    assertThat(status(first)).isEqualTo(504);
  }

  @Test
  void sendThatThrowsFailsItsGroupAndTheNextGoesOn() {
    PublishQueue throwing =
        new PublishQueue(
            group -> {
              throw new IllegalStateException("Closed");
            },
            1 << 20,
            () -> 0,
            () -> PublishQueue.Owner.FAR,
            Runnable::run);
    assertThat(status(throwing.submit(batch("a")))).isEqualTo(504);
    assertThat(status(throwing.submit(batch("b")))).isEqualTo(504);
  }

  @Test
  void groupWithTooFewOutcomesIsLeftOpenAndTheNextGoesOn() {
    Future<Outcome> a = queue.submit(batch("a"));
    Future<Outcome> b = queue.submit(batch("b"));
    log.answers.get(0).complete(List.of());
    assertThat(status(a)).isEqualTo(504);
    log.commit();
    assertThat(status(b)).isEqualTo(200);
    assertThat(queue.close().succeeded()).isTrue();
  }

  @Test
  void publisherWhoThrowsAtItsAnswerHoldsUpNobodyElse() {
    queue.submit(batch("first"));
    Future<Outcome> a = queue.submit(batch("a"));
    Future<Outcome> b = queue.submit(batch("b"));
    a.onComplete(
        answered -> {
          throw new IllegalStateException("Its connection is closed");
        });
    log.commit();
    Future<Outcome> c = queue.submit(batch("c"));
    log.commit();
    assertThat(status(b)).isEqualTo(200);
    log.commit();
    assertThat(status(c)).isEqualTo(200);
    assertThat(queue.close().succeeded()).isTrue();
  }

  @Test
  void whatIsTakenIsSentAtOnceWhereThereIsNoEndOfTheTurn() {
    PublishQueue ending =
        new PublishQueue(
            log::send,
            1 << 20,
            () -> 0,
            () -> PublishQueue.Owner.FAR,
            turn -> {
              throw new RejectedExecutionException("The loop ends");
            });
    for (String data : List.of("a", "b")) {
      Future<Outcome> outcome = ending.submit(batch(data));
      log.commit();
      assertThat(status(outcome)).isEqualTo(200);
    }
  }

  @Test
  void closedQueueTakesNothingMore() {
    assertThat(queue.close().succeeded()).isTrue();
    assertThat(status(queue.submit(batch("a")))).isEqualTo(503);
    assertThat(log.sent).isEmpty();
  }

  @Test
  void closeWaitsUntilAllThatWasTakenIsSettled() {
    Future<Outcome> a = queue.submit(batch("a"));
    Future<Outcome> b = queue.submit(batch("x".repeat(Page.MAX_BYTES)));
    Future<Outcome> c = queue.submit(batch("x".repeat(Page.MAX_BYTES)));
    Future<Void> closed = queue.close();
    for (Future<Outcome> outcome : List.of(a, b, c)) {
      assertThat(closed.isComplete()).isFalse();
      assertThat(outcome.isComplete()).isFalse();
      log.commit();
      assertThat(status(outcome)).isEqualTo(200);
    }
    assertThat(closed.succeeded()).isTrue();
    assertThat(log.sent).hasSize(3);
  }

  @Provide
  Arbitrary<List<Integer>> schedules() {
    return Arbitraries.integers().between(0, 4).list().ofMaxSize(60);
  }

  /** 0 and 1: a commit or a failure; others: so many batches are submitted. */
  @Property
  void orderIsKeptOneGroupIsUnderWayAndEachIsAnsweredOnce(
      @ForAll("schedules") List<Integer> schedule) {
    Log plain = new Log();
    PublishQueue queue = queue(plain, 1 << 20);
    List<String> submitted = new ArrayList<>();
    List<Future<Outcome>> outcomes = new ArrayList<>();
    for (int step : schedule) {
      if (step > 1) {
        for (int i = 1; i < step; i++) {
          submitted.add("data " + submitted.size());
          outcomes.add(queue.submit(batch(submitted.get(submitted.size() - 1))));
        }
      } else if (plain.underWay() > 0 && step == 0) {
        plain.commit();
      } else if (plain.underWay() > 0) {
        plain.fail(new IllegalStateException());
      }
      assertThat(plain.underWay()).isLessThanOrEqualTo(1);
    }
    Future<Void> closed = queue.close();
    while (plain.underWay() > 0) {
      plain.commit();
    }
    assertThat(closed.succeeded()).isTrue();
    assertThat(plain.sentData().stream().flatMap(List::stream).toList()).isEqualTo(submitted);
    assertThat(outcomes).allMatch(Future::succeeded);
  }
}
