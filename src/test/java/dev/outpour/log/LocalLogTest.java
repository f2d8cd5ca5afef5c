package dev.outpour.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.bus.LogMessage;
import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.bus.MessageBus;
import dev.outpour.history.History.Retained;
import dev.outpour.update.Batch;
import dev.outpour.update.Interest;
import dev.outpour.update.Lineage;
import dev.outpour.update.LogHead;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Position;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Samples;
import dev.outpour.update.Start;
import dev.outpour.update.StartPosition;
import dev.outpour.update.Topic;
import dev.outpour.update.Truncation;
import dev.outpour.update.Update;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.internal.VertxInternal;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Execution(ExecutionMode.CONCURRENT)
class LocalLogTest {

  private static final Interest ANY = Samples.interest("**");

  private final ConcurrentLinkedQueue<LogMessage> questions = new ConcurrentLinkedQueue<>();
  private Vertx vertx;
  private LocalLog log;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    log = LocalLog.of(vertx);
  }

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  private static LogDescription description(String logId, long last) {
    LogHead head = new LogHead(logId, Samples.LINEAGE, 1, last);
    return new LogDescription(Topic.parse("updates"), false, head);
  }

  private static LogDescription another(long last) {
    Lineage lineage = new Lineage(List.of(new Lineage.Epoch("epoch0002", 1)));
    return new LogDescription(
        Topic.parse("updates"), false, new LogHead("other", lineage, 1, last));
  }

  private static final Supplier<Retained> RETAINED = () -> new Retained(0, 0);

  private static final Function<List<Batch>, Future<List<Outcome>>> APPEND =
      batches -> Future.failedFuture("Not asked for here");

  private void grow(long from, long to) {
    log.grow(description("log", to), Samples.page(from, to));
  }

  /** Has the log answered for by an owner who reads pages of ten. */
  private void ownerAnswers() {
    Await.result(log.bus().answer(MessageBus.LOG, this::answer));
  }

  private void answer(Message<LogMessage> question) {
    questions.add(question.body());
    if (question.body() instanceof LogMessage.ReadAfter read) {
      long from = read.after() / 10 * 10;
      MessageBus.reply(question, new LogMessage.Read(Samples.page(from, from + 10)));
    } else {
      StartPosition located = new StartPosition(7, Samples.head(100), Optional.empty());
      MessageBus.reply(question, new LogMessage.Found(located));
    }
  }

  /** What was asked, whoever did and for how long. */
  private List<Wanted> located() {
    return questions.stream()
        .map(LogMessage.Locate.class::cast)
        .map(asked -> new Wanted(asked.start(), asked.interest()))
        .toList();
  }

  private record Wanted(Start start, Interest interest) {}

  private static int status(Future<?> future) {
    return ((RefusedException) Await.failure(future)).refusal().status();
  }

  private interface Planted {
    void before(Method method, Object[] args);
  }

  private static <T> T proxy(Class<T> type, T of, Planted planted) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, args) -> {
              planted.before(method, args);
              try {
                return method.invoke(of, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  /** A Vert.x that is another one in all but its event bus. */
  private static VertxInternal withBus(VertxInternal vertx, EventBus bus) {
    return (VertxInternal)
        Proxy.newProxyInstance(
            VertxInternal.class.getClassLoader(),
            new Class<?>[] {VertxInternal.class},
            (self, method, args) ->
                method.getName().equals("eventBus") ? bus : method.invoke(vertx, args));
  }

  @Test
  void thereIsOnePerVertx() {
    assertThat(LocalLog.of(vertx)).isSameAs(log);
  }

  @Test
  void whatIsNotKnownYetIsRefusedAndNotInvented() {
    assertThat(log.description()).isNull();
    assertThat(log.held(0)).isNull();
    assertThat(status(log.read(0))).isEqualTo(503);
    assertThat(status(log.locate(new Start.Now(), ANY))).isEqualTo(503);
  }

  @Test
  void publisherIsAnsweredEvenIfTheDiskHangs() {
    log.own(description("log", 0), batches -> Promise.<List<Outcome>>promise().future(), RETAINED);
    assertThat(status(log.append(List.of()))).isEqualTo(504);
  }

  @Test
  void growsPageByPage() {
    log.own(description("log", 0), APPEND, RETAINED);
    grow(0, 3);
    grow(3, 5);
    assertThat(log.description()).isEqualTo(description("log", 5));
    assertThat(log.held(0)).isEqualTo(Samples.page(0, 3));
    assertThat(log.held(4)).isEqualTo(Samples.page(3, 5));
    assertThat(log.held(5)).isNull();
  }

  @Test
  void pageThatIsKnownAlreadyChangesNothing() {
    log.own(description("log", 0), APPEND, RETAINED);
    grow(0, 5);
    log.grow(description("log", 5), Samples.page(2, 4));
    assertThat(log.description()).isEqualTo(description("log", 5));
    assertThat(log.held(2)).isEqualTo(Samples.page(0, 5));
  }

  @Test
  void headNeverGoesBeyondThePageEvenIfTheOwnerIsFurther() {
    log.own(description("log", 0), APPEND, RETAINED);
    log.grow(description("log", 50), Samples.page(0, 3));
    assertThat(log.description()).isEqualTo(description("log", 3));
  }

  @Test
  void newEpochAndWhatHasExpiredAreLearntFromThePage() {
    log.own(description("log", 0), APPEND, RETAINED);
    Lineage lineage =
        new Lineage(List.of(Samples.LINEAGE.current(), new Lineage.Epoch("epoch0002", 1)));
    Page page = new Page(lineage, 2, 0, 3, Samples.updates(1, 3));
    log.grow(description("log", 3), page);
    assertThat(log.description().head()).isEqualTo(new LogHead("log", lineage, 2, 3));
  }

  @Test
  void gapIsReadFromTheOwner() {
    ownerAnswers();
    log.own(description("log", 0), APPEND, RETAINED);
    grow(0, 3);
    grow(25, 30);
    assertThat(log.description().head().last()).isEqualTo(30);
    assertThat(log.held(3)).isNull();
    assertThat(Await.result(log.read(3))).isEqualTo(Samples.page(0, 10));
    assertThat(questions)
        .containsExactly(new LogMessage.ReadAfter("log", 3, Optional.of(Samples.EPOCH)));
    assertThat(Await.result(log.read(9))).isEqualTo(Samples.page(0, 10));
    assertThat(questions).hasSize(1);
  }

  @Test
  void anotherLogTakesThePlaceOfTheFirstAndItsPages() {
    log.own(description("log", 0), APPEND, RETAINED);
    grow(0, 3);
    log.grow(description("other", 2), Samples.page(0, 2));
    assertThat(log.description()).isEqualTo(description("other", 2));
    assertThat(log.held(0)).isNull();
  }

  @Test
  void logThatHasGoneBackIsTakenAsItIs() {
    log.own(description("log", 0), APPEND, RETAINED);
    grow(0, 30);
    log.grow(description("log", 20), Samples.page(20, 20));
    assertThat(log.description()).isEqualTo(description("log", 20));
    assertThat(log.held(0)).isNull();
  }

  @Test
  void restoredBackupIsNotTakenForTheLogBeforeHoweverFarItHasCome() {
    log.own(description("log", 0), APPEND, RETAINED);
    grow(0, 30);
    Lineage restored =
        new Lineage(List.of(Samples.LINEAGE.current(), new Lineage.Epoch("epoch0002", 21)));
    LogDescription now =
        new LogDescription(Topic.parse("updates"), false, new LogHead("log", restored, 1, 40));
    log.grow(now, new Page(restored, 1, 30, 40, Samples.updates(30, 40)));
    assertThat(log.description()).as("all of it is new").isEqualTo(now);
    assertThat(log.held(0)).as("a page of before").isNull();
  }

  @Test
  void pageThatWasReadBeforeTheLogWasReplacedIsNotKept() {
    Await.result(
        log.bus()
            .answer(
                MessageBus.LOG,
                question -> {
                  log.own(another(10), APPEND, RETAINED);
                  answer(question);
                }));
    log.own(description("log", 10), APPEND, RETAINED);
    assertThat(status(log.read(0))).isEqualTo(503);
    assertThat(log.held(0)).isNull();
  }

  /** What had been removed before it was read may be there again. */
  @ParameterizedTest
  @ValueSource(ints = {4, 10})
  void pageThatWasReadBeforeAnOlderCopyTookTheLogsPlaceIsNotGiven(int to) {
    Lineage before = parted("epoch0002");
    Lineage copy = parted("epoch0003");
    Page late = new Page(before, 3, 0, to, Samples.updates(2, to));
    Await.result(
        log.bus()
            .answer(
                MessageBus.LOG,
                question -> {
                  log.own(description(copy, 5), APPEND, RETAINED);
                  MessageBus.reply(question, new LogMessage.Read(late));
                }));
    log.own(description(before, 10), APPEND, RETAINED);
    assertThat(status(log.read(0))).isEqualTo(503);
    assertThat(log.held(0)).isNull();
  }

  @Test
  void pageThatIsAheadOfWhatIsKnownHereIsKept() {
    Lineage known = parted("epoch0002");
    List<Lineage.Epoch> epochs = new ArrayList<>(known.epochs());
    epochs.add(new Lineage.Epoch("epoch0003", 9));
    Page ahead = new Page(new Lineage(epochs), 1, 0, 10, Samples.updates(0, 10));
    Await.result(
        log.bus()
            .answer(
                MessageBus.LOG,
                question -> MessageBus.reply(question, new LogMessage.Read(ahead))));
    log.own(description(known, 8), APPEND, RETAINED);
    Await.result(log.read(0));
    assertThat(log.held(0)).isEqualTo(ahead);
  }

  /** One of the lines that part after 5. */
  private static Lineage parted(String epoch) {
    return new Lineage(List.of(Samples.LINEAGE.current(), new Lineage.Epoch(epoch, 6)));
  }

  private static LogDescription description(Lineage lineage, long last) {
    return new LogDescription(Topic.parse("updates"), false, new LogHead("log", lineage, 1, last));
  }

  @Test
  void everyGrowthIsTold() {
    AtomicInteger told = new AtomicInteger();
    GrowthSignal doorbell = Await.result(log.onGrowth(told::incrementAndGet));
    log.own(description("log", 0), APPEND, RETAINED);
    Await.until("the log became known", () -> told.get() == 1);
    grow(0, 1);
    Await.until("the log has grown", () -> told.get() == 2);
    Await.result(doorbell.close());
    grow(1, 2);
    assertThat(Await.result(log.onGrowth(() -> {}))).isNotNull();
    assertThat(told).hasValue(2);
  }

  @Test
  void placesThatAreKnownHereAreFoundWithoutAsking() {
    ownerAnswers();
    log.own(description("log", 30), APPEND, RETAINED);
    LogHead head = description("log", 30).head();
    assertThat(log.locate(new Start.Now(), ANY).result())
        .isEqualTo(new StartPosition(30, head, Optional.empty()));
    assertThat(log.locate(new Start.After(head.lineage().at(12)), ANY).result())
        .isEqualTo(new StartPosition(12, head, Optional.empty()));
    assertThat(log.locate(new Start.Unreadable(), ANY).result().truncation())
        .map(Truncation::reason)
        .contains(Truncation.Reason.UNKNOWN);
    assertThat(questions).isEmpty();
  }

  @Test
  void ownerIsAskedWhetherReadersOfExactTopicsHaveLostSomething() {
    ownerAnswers();
    LogHead head = new LogHead("log", Samples.LINEAGE, 20, 30);
    log.own(new LogDescription(Topic.parse("updates"), false, head), APPEND, RETAINED);
    Start expired = new Start.After(head.lineage().at(18));
    for (Interest other : List.of(ANY, Samples.interest("a", "b/*"))) {
      assertThat(log.locate(expired, other).result().truncation())
          .map(Truncation::reason)
          .contains(Truncation.Reason.EXPIRED);
    }
    Interest exact = Samples.interest("a", "b");
    assertThat(log.locate(new Start.After(head.lineage().at(19)), exact).result().cursor())
        .isEqualTo(19);
    assertThat(questions).isEmpty();
    assertThat(Await.result(log.locate(expired, exact)).cursor()).isEqualTo(7);
    assertThat(located()).containsExactly(new Wanted(expired, exact));
  }

  @Test
  void ownerIsAskedForExactTopicsAloneOnceOneHasEndedAndNoMoreWhenAllEndsHaveExpired() {
    ownerAnswers();
    log.own(description("log", 0), APPEND, RETAINED);
    List<Start> starts =
        List.of(
            new Start.Now(),
            new Start.Unreadable(),
            new Start.After(new Position(Samples.EPOCH, 0)));
    Update end = Samples.last("x", "other").at(new Position(Samples.EPOCH, 1), 1);
    log.grow(description("log", 1), new Page(Samples.LINEAGE, 1, 0, 1, List.of(end)));
    for (Start start : starts) {
      log.locate(start, Samples.interest("a", "**"));
      log.locate(start, Samples.interest());
      assertThat(questions).isEmpty();
    }
    Interest exact = Samples.interest("a", "b");
    for (Start start : starts) {
      assertThat(Await.result(log.locate(start, exact)).cursor()).isEqualTo(7);
    }
    assertThat(located())
        .containsExactlyElementsOf(starts.stream().map(start -> new Wanted(start, exact)).toList());

    LogHead hasEnds = new LogHead("log", Samples.LINEAGE, 1, 2, true);
    log.grow(new LogDescription(Topic.parse("updates"), false, hasEnds), Samples.page(1, 2));
    Await.result(log.locate(new Start.Now(), exact));
    assertThat(questions).hasSize(starts.size() + 1);
    grow(2, 3);
    assertThat(Await.result(log.locate(new Start.Now(), exact)).cursor()).isEqualTo(3);
    assertThat(questions).hasSize(starts.size() + 1);
  }

  @Test
  void onlyTheOwnerSaysWhatIsAheadUnknownEarliestOrNewest() {
    ownerAnswers();
    log.own(description("log", 30), APPEND, RETAINED);
    List<Start> starts =
        List.of(
            new Start.After(new Position(Samples.EPOCH, 31)),
            new Start.After(new Position("another1", 3)),
            new Start.Earliest(),
            new Start.Newest(5));
    for (Start start : starts) {
      assertThat(Await.result(log.locate(start, ANY)).cursor()).isEqualTo(7);
    }
    assertThat(located())
        .containsExactlyElementsOf(starts.stream().map(start -> new Wanted(start, ANY)).toList());
  }

  @Test
  void whileTheOwnerIsAwayNothingIsCalledTruncated() {
    log.own(description("log", 30), APPEND, RETAINED);
    Start ahead = new Start.After(new Position(Samples.EPOCH, 31));
    assertThat(status(log.locate(ahead, ANY))).isEqualTo(503);
    assertThat(status(log.read(3))).isEqualTo(503);
  }

  @Test
  void refusalOfTheOwnerComesThrough() {
    Await.result(
        log.bus()
            .answer(
                MessageBus.LOG,
                question -> MessageBus.refuse(question, new Refusal(409, "No", 0))));
    log.own(description("log", 30), APPEND, RETAINED);
    assertThat(status(log.read(3))).isEqualTo(409);
  }

  @Test
  void loopThatCouldNotBeToldIsToldAgainAndTheOthersAreToldAllTheSame() {
    AtomicInteger failures = new AtomicInteger(2);
    VertxInternal other = (VertxInternal) Vertx.vertx();
    AtomicInteger first = new AtomicInteger();
    AtomicInteger second = new AtomicInteger();
    try {
      EventBus bus =
          proxy(
              EventBus.class,
              other.eventBus(),
              (method, args) -> {
                if (method.getName().equals("send")
                    && String.valueOf(args[0]).startsWith("outpour.updates")
                    && failures.getAndDecrement() > 0) {
                  throw new OutOfMemoryError("planted");
                }
              });
      LocalLog seen = LocalLog.of(withBus(other, bus));
      Await.result(seen.onGrowth(first::incrementAndGet));
      Await.result(seen.onGrowth(second::incrementAndGet));
      seen.grow(description("log", 5), Samples.page(0, 5));
      Await.until(() -> first.get() > 0 && second.get() > 0, () -> first + " " + second);
      assertThat(failures.get()).isNotPositive();
    } finally {
      Await.result(other.close());
    }
  }
}
