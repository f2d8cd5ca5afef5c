package dev.outpour.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.bus.LogMessage;
import dev.outpour.bus.LogMessage.Asking;
import dev.outpour.bus.MessageBus;
import dev.outpour.history.ForwardingHistory;
import dev.outpour.history.Retention;
import dev.outpour.history.memory.MemoryHistory;
import dev.outpour.log.LocalLog;
import dev.outpour.loop.Deadline;
import dev.outpour.update.Batch;
import dev.outpour.update.Interest;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Samples;
import dev.outpour.update.Start;
import dev.outpour.update.Topic;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How questions are scheduled to a log that is slow for patterns. */
class QuerySchedulerTest {

  private static final long LONG_MILLIS = 30_000;

  /** A question that runs until the test answers it. */
  private record Work(Interest interest, Deadline deadline, Promise<Long> answer) {}

  /** Answers questions about the newest updates of patterns when the test lets it. */
  private static final class Slow extends ForwardingHistory {
    private final BlockingQueue<Work> works = new LinkedBlockingQueue<>();

    Slow() {
      super(new MemoryHistory(new Retention(1_000, Duration.ofHours(1), 1 << 20)));
    }

    @Override
    public Future<Long> beforeNewest(int count, Interest interest, Deadline deadline) {
      if (interest.patterns().isEmpty()) {
        return super.beforeNewest(count, interest, deadline);
      }
      Promise<Long> answer = Promise.promise();
      works.add(new Work(interest, deadline, answer));
      return answer.future();
    }

    Work next() {
      try {
        Work next = works.poll(Await.LONG.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(next).as("work that has begun").isNotNull();
        return next;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private final Vertx vertx = Vertx.vertx();
  private final Slow history = new Slow();
  private final MessageBus bus = LocalLog.of(vertx).bus();
  private long asked;

  @BeforeEach
  void start() {
    Context context = vertx.getOrCreateContext();
    Promise<Void> listening = Promise.promise();
    context.runOnContext(
        turn -> {
          LogService service =
              new LogService(vertx, history, Topic.parse("t"), false, after -> null);
          bus.answer(MessageBus.LOG, service::answer).<Void>mapEmpty().onComplete(listening);
        });
    Await.result(listening.future());
    Await.result(history.append(List.of(Batch.of(Samples.draft("a", "t")))));
  }

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  private Future<Long> ask(String node, String pattern, long millis) {
    LogMessage.Locate question =
        new LogMessage.Locate(
            history.head().logId(),
            new Start.Newest(1),
            Samples.interest(pattern),
            new Asking(node, ++asked, millis));
    return bus.request(MessageBus.LOG, question, LogMessage.Found.class, LONG_MILLIS)
        .map(found -> found.located().cursor());
  }

  private void withdraw(String node, long number) {
    vertx
        .eventBus()
        .send(
            MessageBus.LOG,
            new LogMessage.Withdraw(node, number),
            new DeliveryOptions().setCodecName("op"));
  }

  private static int status(Future<?> failed) {
    return ((RefusedException) Await.failure(failed)).refusal().status();
  }

  @Test
  void exactQuestionsDoNotWaitForThoseAboutPatterns() {
    Future<Long> slow = ask("one", "a/*", LONG_MILLIS);
    Work work = history.next();
    ask("one", "b/*", LONG_MILLIS);
    assertThat(Await.result(ask("one", "t", LONG_MILLIS))).isZero();
    assertThat(slow.isComplete()).isFalse();
    work.answer().complete(0L);
    assertThat(Await.result(slow)).isZero();
  }

  @Test
  void patternsOfAllNodesTakeTurns() {
    for (String pattern : List.of("a/1/*", "a/2/*", "a/3/*")) {
      ask("one", pattern, LONG_MILLIS);
    }
    Work first = history.next();
    ask("two", "b/*", LONG_MILLIS);
    // Questions arrive in order, so after this answer all others have arrived.
    Await.result(ask("two", "t", LONG_MILLIS));
    assertThat(history.works).isEmpty();
    first.answer().complete(0L);
    Work second = history.next();
    second.answer().complete(0L);
    Work third = history.next();
    assertThat(List.of(first.interest(), second.interest(), third.interest()))
        .containsExactly(
            Samples.interest("a/1/*"), Samples.interest("a/2/*"), Samples.interest("b/*"));
  }

  @Test
  void questionIsRefusedAtItsDeadlineAndTheWorkIsGivenUp() {
    Future<Long> slow = ask("one", "a/*", 50);
    Work work = history.next();
    Future<Long> waits = ask("one", "b/*", 50);
    assertThat(status(slow)).isEqualTo(408);
    assertThat(status(waits)).isEqualTo(408);
    assertThat(work.deadline().isOver()).isTrue();
    work.answer().fail("given up");
    Future<Long> next = ask("one", "c/*", LONG_MILLIS);
    Work last = history.next();
    assertThat(last.interest()).isEqualTo(Samples.interest("c/*"));
    last.answer().complete(0L);
    assertThat(Await.result(next)).isZero();
  }

  @Test
  void whatIsWithdrawnIsNotBegunAndWhatHasBegunIsGivenUp() {
    Future<Long> slow = ask("one", "a/*", LONG_MILLIS);
    long first = asked;
    Work work = history.next();
    Future<Long> waits = ask("one", "b/*", LONG_MILLIS);
    withdraw("one", asked);
    assertThat(status(waits)).isEqualTo(408);
    assertThat(work.deadline().isOver()).isFalse();
    withdraw("two", first);
    withdraw("one", first);
    assertThat(status(slow)).isEqualTo(408);
    assertThat(work.deadline().isOver()).isTrue();
    work.answer().complete(0L);
    ask("one", "c/*", LONG_MILLIS);
    assertThat(history.next().interest()).isEqualTo(Samples.interest("c/*"));
  }

  @Test
  void nodeThatAsksTooMuchIsRefusedAndOthersAreNot() {
    ask("one", "a/*", LONG_MILLIS);
    Work first = history.next();
    for (int i = 0; i < 64; i++) {
      ask("one", "a/" + i + "/*", LONG_MILLIS);
    }
    assertThat(status(ask("one", "b/*", LONG_MILLIS))).isEqualTo(429);
    ask("two", "c/*", LONG_MILLIS);
    Await.result(ask("two", "t", LONG_MILLIS));
    first.answer().complete(0L);
    history.next().answer().complete(0L);
    assertThat(history.next().interest()).isEqualTo(Samples.interest("c/*"));
  }
}
