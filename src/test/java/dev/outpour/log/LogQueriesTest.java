package dev.outpour.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.bus.LogMessage;
import dev.outpour.bus.MessageBus;
import dev.outpour.history.History.Retained;
import dev.outpour.metrics.PrometheusMetrics;
import dev.outpour.update.Samples;
import dev.outpour.update.Start;
import dev.outpour.update.StartPosition;
import dev.outpour.update.Topic;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the readers of a process take turns with a log whose owner answers when the test says so. */
class LogQueriesTest {

  private final Vertx vertx = Vertx.vertx();
  private final LocalLog log = LocalLog.of(vertx);
  private final BlockingQueue<Message<LogMessage>> arrived = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() {
    Await.result(log.bus().answer(MessageBus.LOG, arrived::add));
    own();
  }

  private void own() {
    log.own(
        new LogMessage.LogDescription(Topic.parse("updates"), false, Samples.head(30)),
        batches -> Future.failedFuture("Not asked for here"),
        () -> new Retained(0, 0));
  }

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  @Test
  void questionThatCannotBeMadeFailsAndTheNextIsAsked() throws Exception {
    LogQueries questions = new LogQueries(vertx, log.bus(), PrometheusMetrics.of(vertx));
    for (int i = 0; i < 3; i++) {
      Inquiry<LogMessage.Found> asked =
          questions.ask(
              LogQueries.Lane.NEWEST,
              "a",
              LogMessage.Found.class,
              asking -> {
                throw new IllegalStateException("There is no such question");
              });
      Await.until(() -> asked.answer().failed(), () -> "no answer to question");
    }
    Await.until("none is open", () -> questions.open() == 0);
    questions.ask(
        LogQueries.Lane.NEWEST,
        "a",
        LogMessage.Found.class,
        asking ->
            new LogMessage.Locate(
                "x", new Start.Newest(1), Samples.interest("a/*"), asking, Optional.empty()));
    assertThat(next().body()).isInstanceOf(LogMessage.Locate.class);
  }

  private Inquiry<StartPosition> ask(String asker, String topic) {
    return log.locate(new Start.Newest(1), Samples.interest(topic), asker);
  }

  private Message<LogMessage> next() {
    try {
      Message<LogMessage> next = arrived.poll(Await.LONG.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(next).as("a question").isNotNull();
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String asked(Message<LogMessage> question) {
    LogMessage.Locate locate = (LogMessage.Locate) question.body();
    return String.valueOf(
        locate.interest().patterns().isEmpty()
            ? locate.interest().topics()
            : locate.interest().patterns());
  }

  private static void answer(Message<LogMessage> question) {
    StartPosition located = new StartPosition(7, Samples.head(30), Optional.empty());
    MessageBus.reply(question, new LogMessage.Found(located));
  }

  @Test
  void fewAreUnderWayAtOnceAndTheAddressesTakeTurns() {
    for (int i = 0; i < 5; i++) {
      ask("flood", "flood/" + i + "/*");
    }
    ask("other", "other/*");
    List<Message<LogMessage>> underWay = new ArrayList<>(List.of(next(), next()));
    // An exact question has a lane of its own, and what arrives before it has been sent before.
    Inquiry<StartPosition> exact = ask("flood", "exact");
    Message<LogMessage> passing = next();
    assertThat(asked(passing)).isEqualTo("[exact]");
    answer(passing);
    assertThat(Await.result(exact.answer()).cursor()).isEqualTo(7);
    List<String> order = new ArrayList<>();
    while (!underWay.isEmpty()) {
      Message<LogMessage> first = underWay.remove(0);
      order.add(asked(first));
      answer(first);
      if (order.size() <= 4) {
        underWay.add(next());
      }
    }
    assertThat(order)
        .containsExactly(
            "[flood/0/*]", "[flood/1/*]", "[flood/2/*]", "[other/*]", "[flood/3/*]", "[flood/4/*]");
  }

  @Test
  void whatIsWithdrawnBeforeItsTurnIsNeverAskedAndWhatIsUnderWayIsTakenBack() {
    List<Inquiry<StartPosition>> asked = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      asked.add(ask("a", "a/" + i + "/*"));
    }
    Message<LogMessage> first = next();
    Message<LogMessage> second = next();
    asked.get(2).withdraw();
    assertThat(Inquiry.isGivenUp(Await.failure(asked.get(2).answer()))).isTrue();
    asked.get(0).withdraw();
    LogMessage.Asking asking = ((LogMessage.Locate) first.body()).asking();
    assertThat(next().body()).isEqualTo(new LogMessage.Withdraw(asking.node(), asking.number()));
    answer(second);
    assertThat(asked(next())).isEqualTo("[a/3/*]");
  }

  @Test
  void deadlineTravelsWithTheQuestion() {
    ask("a", "a/*");
    ask("a", "a");
    for (int i = 0; i < 2; i++) {
      Message<LogMessage> question = next();
      long millis = ((LogMessage.Locate) question.body()).asking().millis();
      assertThat(millis).isBetween(1L, asked(question).equals("[a]") ? 10_000L : 30_000L);
    }
  }

  @Test
  void oneAddressTakesAQuarterOfThePlacesAtMost() {
    List<Inquiry<StartPosition>> flood = new ArrayList<>();
    for (int i = 0; i < 2 + 1_024; i++) {
      flood.add(ask("flood", "flood/*"));
    }
    assertThat(flood).noneMatch(each -> each.answer().isComplete());
    assertThat(Inquiry.isGivenUp(Await.failure(ask("flood", "flood/*").answer()))).isTrue();
    Inquiry<StartPosition> other = ask("other", "other/*");
    answer(next());
    for (Message<LogMessage> each = next(); !asked(each).equals("[other/*]"); each = next()) {
      answer(each);
    }
    assertThat(flood.stream().filter(each -> each.answer().isComplete()).count())
        .as("who waited before")
        .isLessThanOrEqualTo(3);
    other.withdraw();
  }

  @Test
  void whoHasAskedAnOwnerThatIsGoneIsToldAtOnceAndMayAskAgain() {
    List<Inquiry<StartPosition>> asked = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      asked.add(ask("a", "a/" + i + "/*"));
    }
    Message<LogMessage> first = next();
    next();
    own();
    for (int i = 0; i < 2; i++) {
      Throwable failure = Await.failure(asked.get(i).answer());
      assertThat(Inquiry.isGivenUp(failure)).isFalse();
    }
    Message<LogMessage> third = next();
    assertThat(asked(third)).isEqualTo("[a/2/*]");
    answer(first);
    Inquiry<StartPosition> fourth = ask("a", "a/3/*");
    assertThat(asked(next())).as("the late answer has taken nobody's turn").isEqualTo("[a/3/*]");
    answer(third);
    assertThat(Await.result(asked.get(2).answer()).cursor()).isEqualTo(7);
    fourth.withdraw();
  }
}
