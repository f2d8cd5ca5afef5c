package dev.outpour.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.bus.LogMessage;
import dev.outpour.bus.LogMessage.Grown;
import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.bus.MessageBus;
import dev.outpour.update.Page;
import dev.outpour.update.Samples;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.Message;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A process that follows the log, whose owner's answers are lost, late or no answers. */
@Execution(ExecutionMode.CONCURRENT)
class LogFollowerTest {

  /** Of a log of five updates the first three are told at once, the others when asked again. */
  private static final int TOLD = 3;

  private static final int ALL = 5;

  private final Vertx vertx = Vertx.vertx();
  private final LocalLog log = LocalLog.of(vertx);
  private final AtomicLong shift = new AtomicLong();
  private final LogFollower feed =
      new LogFollower(
          (VertxInternal) vertx,
          log.bus(),
          log,
          log.health(),
          () -> System.nanoTime() + shift.get());
  private final Queue<Long> asked = new ConcurrentLinkedQueue<>();
  private final AtomicInteger planted = new AtomicInteger();
  private volatile @Nullable BiConsumer<Message<LogMessage>, Long> instead;

  @BeforeEach
  void ownLog() {
    Await.result(log.bus().answer(MessageBus.LOG, this::answer));
  }

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  private void answer(Message<LogMessage> question) {
    LogMessage.Follow follow = (LogMessage.Follow) question.body();
    asked.add(follow.after());
    BiConsumer<Message<LogMessage>, Long> other = instead;
    if (follow.after() == TOLD && other != null) {
      planted.incrementAndGet();
      other.accept(question, follow.after());
    } else if (follow.after() < TOLD) {
      MessageBus.reply(question, grown(Samples.page(follow.after(), TOLD)));
    } else if (follow.after() < ALL) {
      MessageBus.reply(question, grown(Samples.page(follow.after(), ALL)));
    } else {
      vertx.setTimer(20, fired -> MessageBus.reply(question, grown(Samples.page(ALL, ALL))));
    }
  }

  private static Grown grown(Page page) {
    return new Grown(
        new LogDescription(Topic.parse("updates"), true, Samples.head(page.to())), page);
  }

  private long last() {
    LogDescription known = log.description();
    return known == null ? 0 : known.head().last();
  }

  /** Plants what may happen to the answer that brings the fourth and fifth update, once. */
  private void plant(BiConsumer<Message<LogMessage>, Long> fault) {
    instead =
        (question, after) -> {
          instead = null;
          fault.accept(question, after);
        };
  }

  private void followThrough() {
    feed.start();
    Await.until(() -> last() == ALL, () -> asked + " " + last());
    assertThat(planted).hasValue(1);
    for (long after = TOLD; after < ALL; after++) {
      Page held = log.held(after);
      assertThat(held).as("after " + after).isNotNull();
      assertThat(held.updates()).extracting(Update::sequence).contains(after + 1);
    }
    assertThat(log.health().trouble()).isEmpty();
  }

  @Test
  void answerThatIsRefusedIsAskedForAgain() {
    plant((question, after) -> question.fail(503, "Not now"));
    followThrough();
  }

  @Test
  void ownerThatFailsOverAQuestionIsAskedAgain() {
    vertx.exceptionHandler(failure -> {});
    plant(
        (question, after) -> {
          throw new StackOverflowError("planted");
        });
    followThrough();
  }

  @Test
  void answerThatIsNoneIsAskedForAgain() {
    plant((question, after) -> MessageBus.reply(question, new LogMessage.Unreadable("planted")));
    followThrough();
    Await.until(() -> asked.stream().filter(after -> after == ALL).count() > 2, () -> asked);
  }

  @Test
  void answerOfAnotherKindIsAskedForAgain() {
    plant((question, after) -> MessageBus.reply(question, new LogMessage.Listed("[]")));
    followThrough();
  }

  @Test
  @SuppressWarnings("NullAway")
  void answerThatCannotBeTakenInIsAskedForAgain() {
    plant(
        (question, after) -> {
          LogDescription none = new LogDescription(Topic.parse("updates"), true, null);
          MessageBus.reply(question, new Grown(none, Samples.page(after, ALL)));
        });
    long begun = System.nanoTime();
    followThrough();
    // Long before anybody could find that a question is lost.
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void answerThatIsLostOnItsWayIsAskedForAgain() {
    plant((question, after) -> {});
    feed.start();
    Await.until(() -> planted.get() == 1, () -> asked);
    // Whatever Vert.x makes of it: longer than any question may be under way.
    shift.addAndGet(Duration.ofSeconds(7).toNanos());
    Await.within(Duration.ofMillis(2_500), () -> last() == ALL, () -> asked + " " + last());
  }

  /** As it is if the bus fails over an answer or its time: nobody hears of it any more. */
  @Test
  void questionThatVertxForgetsIsAskedAgain() {
    plant((question, after) -> MessageBus.reply(question, grown(Samples.page(after, ALL))));
    AtomicInteger dropped = new AtomicInteger();
    vertx
        .eventBus()
        .addInboundInterceptor(
            (DeliveryContext<Object> delivery) -> {
              if (delivery.body() instanceof Grown answer
                  && answer.page().from() == TOLD
                  && dropped.getAndIncrement() == 0) {
                return;
              }
              delivery.next();
            });
    followThrough();
    assertThat(dropped.get()).isPositive();
  }

  @Test
  void logThatWasNotHeardOfForTenSecondsIsSaidToBeAway() {
    BiConsumer<Message<LogMessage>, Long> silence = (question, after) -> {};
    instead = silence;
    feed.start();
    Await.until(() -> planted.get() == 1, () -> asked);
    assertThat(log.health().trouble()).isEmpty();

    shift.addAndGet(Duration.ofSeconds(11).toNanos());
    Await.until(() -> log.health().trouble().isPresent(), () -> asked);
    assertThat(log.health().trouble()).contains("The log's owner has not been heard of for 10 s");

    instead = null;
    Await.until(() -> last() == ALL, () -> asked);
    Await.until(() -> log.health().trouble().isEmpty(), () -> log.health().trouble());
  }

  @Test
  void feedGoesOnWhenWhoBeganItHasGone() {
    instead = (question, after) -> question.fail(503, "Not now");
    VerticleBase begins =
        new VerticleBase() {
          @Override
          public Future<?> start() throws Exception {
            feed.start();
            return super.start();
          }
        };
    String deployed = Await.result(vertx.deployVerticle(begins));
    // Between two questions nothing of it is there but a timer.
    Await.until(() -> planted.get() == 2, () -> asked);
    Await.result(vertx.undeploy(deployed));
    instead = null;
    Await.until(() -> last() == ALL, () -> asked);
  }
}
