package dev.outpour.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.bus.LogMessage;
import dev.outpour.bus.MessageBus;
import dev.outpour.history.ForwardingHistory;
import dev.outpour.history.History;
import dev.outpour.history.Retention;
import dev.outpour.history.memory.MemoryHistory;
import dev.outpour.log.LocalLog;
import dev.outpour.update.Batch;
import dev.outpour.update.Lineage;
import dev.outpour.update.LogHead;
import dev.outpour.update.Page;
import dev.outpour.update.Position;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Samples;
import dev.outpour.update.Start;
import dev.outpour.update.StartPosition;
import dev.outpour.update.Topic;
import dev.outpour.update.Truncation;
import dev.outpour.update.Update;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogServiceTest {

  private static final long ANSWER_MILLIS = 5_000;

  /** A log that changes right after its head was read. */
  private static final class Watched extends ForwardingHistory {
    private @Nullable Runnable afterLook;
    private volatile int reads;

    /** The lineage of its head, if it is not its own, and the whole lineage. */
    private volatile @Nullable Lineage epochs;

    private volatile @Nullable Lineage all;

    Watched() {
      super(new MemoryHistory(new Retention(1_000, Duration.ofHours(1), 1 << 20)));
    }

    @Override
    public Future<Page> read(long after) {
      reads++;
      return super.read(after);
    }

    @Override
    public LogHead head() {
      LogHead head = super.head();
      Runnable next = afterLook;
      afterLook = null;
      if (next != null) {
        next.run();
      }
      Lineage other = epochs;
      return other == null ? head : head.withLineage(other);
    }

    @Override
    public Lineage lineage() {
      Lineage whole = all;
      return whole == null ? head().lineage() : whole;
    }
  }

  private static final Lineage EPOCHS =
      new Lineage(
          List.of(
              new Lineage.Epoch("epoch0001", 1),
              new Lineage.Epoch("epoch0002", 1),
              new Lineage.Epoch("epoch0003", 1)));

  private final Vertx vertx = Vertx.vertx();
  private final Watched history = new Watched();
  private final MessageBus bus = LocalLog.of(vertx).bus();
  private LogService service;

  /** The page that the owner's process has in memory. */
  private volatile @Nullable Page held;

  /** Whether the next lookup of that page fails. */
  private final AtomicBoolean fails = new AtomicBoolean();

  private @Nullable Page gathered(long after) {
    if (fails.getAndSet(false)) {
      throw new OutOfMemoryError("planted");
    }
    return held;
  }

  @BeforeEach
  void start() {
    Context context = vertx.getOrCreateContext();
    Promise<Void> listening = Promise.promise();
    context.runOnContext(
        turn -> {
          service = new LogService(vertx, history, Topic.parse("t"), false, this::gathered);
          bus.answer(MessageBus.LOG, service::answer).<Void>mapEmpty().onComplete(listening);
        });
    Await.result(listening.future());
  }

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  private Page append() {
    History.Commit commit = history.append(List.of(Batch.of(Samples.draft("a", "t")))).result();
    service.grew(commit.page());
    return commit.page();
  }

  private Future<LogMessage.Grown> follow(long after) {
    return follow(history.head().logId(), after);
  }

  private Future<LogMessage.Grown> follow(String logId, long after) {
    LogMessage.Follow question = new LogMessage.Follow(Optional.of(logId), after);
    return bus.request(MessageBus.LOG, question, LogMessage.Grown.class, ANSWER_MILLIS);
  }

  @Test
  void whoFollowsIsToldWhenTheLogGrowsByAnotherThread() {
    Future<LogMessage.Grown> told = follow(0);
    // Before it is parked, it gets what there is. After that, it is notified.
    Page page = append();
    assertThat(Await.result(told).page()).isEqualTo(page);
  }

  @Test
  void whoFollowsIsGivenNothingThatIsKnownToIt() {
    append();
    append();
    Page told = Await.result(follow(1)).page();
    assertThat(told.from()).isEqualTo(1);
    assertThat(told.updates()).extracting(Update::sequence).containsExactly(2L);
  }

  @Test
  void epochsAreToldThoseWhoDoNotKnowTheCurrentOne() {
    history.epochs = EPOCHS;
    append();
    String logId = history.head().logId();
    for (Optional<String> known :
        List.of(Optional.<String>empty(), Optional.of("epoch0001"), Optional.of("epoch0003"))) {
      Lineage told = known.equals(Optional.of("epoch0003")) ? EPOCHS.brief() : EPOCHS;
      LogHead head =
          ask(new LogMessage.Follow(Optional.of(logId), 0, known), LogMessage.Grown.class)
              .log()
              .head();
      assertThat(head.lineage()).isEqualTo(told);
      head =
          ask(new LogMessage.Follow(Optional.empty(), 0, known), LogMessage.Grown.class)
              .log()
              .head();
      assertThat(head.lineage()).isEqualTo(told);
      // First it is parked.
      head =
          ask(new LogMessage.Follow(Optional.of(logId), 1, known), LogMessage.Grown.class)
              .log()
              .head();
      assertThat(head.lineage()).isEqualTo(told);
      LogMessage.Locate locate =
          new LogMessage.Locate(
              logId,
              new Start.Earliest(),
              Samples.interest("t"),
              new LogMessage.Asking("node", 1, ANSWER_MILLIS),
              known);
      assertThat(ask(locate, LogMessage.Found.class).located().head().lineage()).isEqualTo(told);
    }
  }

  @Test
  void pageOfAnEpochBeforeIsToldWithAllEpochs() {
    append();
    Lineage of = history.head().lineage();
    history.epochs = EPOCHS;
    LogMessage.Follow question =
        new LogMessage.Follow(Optional.of(history.head().logId()), 0, Optional.of("epoch0003"));
    LogMessage.Grown told = ask(question, LogMessage.Grown.class);
    assertThat(told.log().head().lineage()).isEqualTo(EPOCHS.brief());
    assertThat(told.page().lineage()).isEqualTo(of);
    LogMessage.Grown complete = told.completedBy(EPOCHS);
    assertThat(complete.log().head().lineage()).isEqualTo(EPOCHS);
    assertThat(complete.page().lineage()).isEqualTo(of);
  }

  @Test
  void positionOfAnEpochThatHeadsLeaveOutIsPlacedAsBefore() {
    append();
    append();
    List<Lineage.Epoch> all = new ArrayList<>(List.of(new Lineage.Epoch("leftOut1", 1)));
    all.addAll(EPOCHS.epochs());
    history.epochs = EPOCHS;
    history.all = new Lineage(all);
    LogMessage.Locate locate =
        new LogMessage.Locate(
            history.head().logId(),
            new Start.After(new Position("leftOut1", 7)),
            Samples.interest("t"),
            new LogMessage.Asking("node", 1, ANSWER_MILLIS));
    StartPosition located = ask(locate, LogMessage.Found.class).located();
    assertThat(located.truncation().map(Truncation::reason))
        .contains(Truncation.Reason.ROLLED_BACK);
    assertThat(located.cursor()).isZero();
    assertThat(located.head().lineage()).isEqualTo(EPOCHS);
  }

  private <T extends LogMessage> T ask(LogMessage question, Class<T> kind) {
    return Await.result(bus.request(MessageBus.LOG, question, kind, ANSWER_MILLIS));
  }

  @Test
  void whatTheProcessHoldsIsNotReadFromTheLogAgain() {
    append();
    Page second = append();
    Page both = Await.result(history.read(0));
    held = both;
    history.reads = 0;
    assertThat(Await.result(follow(1)).page()).isEqualTo(both.after(1));
    assertThat(both.after(1).updates()).isEqualTo(second.updates());
    assertThat(history.reads).isZero();
  }

  @Test
  void whoFollowsLearnsThatAPageIsDamagedWhereverItIsInIt() {
    append();
    append();
    held = new Page(history.head().lineage(), 1, 0, 2, List.of(), true);
    Page told = Await.result(follow(1)).page();
    assertThat(told.from()).isEqualTo(1);
    assertThat(told.to()).isEqualTo(2);
    assertThat(told.damaged()).isTrue();
  }

  @Test
  void answerIsNeverBeyondTheHeadThatItTells() {
    append();
    // A page may be in memory a moment before the log announces it.
    held = new Page(history.head().lineage(), 1, 0, 2, Samples.updates(0, 2));
    LogMessage.Grown told = Await.result(follow(0));
    assertThat(told.page().to()).isEqualTo(2);
    assertThat(told.log().head().last()).isEqualTo(2);
  }

  @Test
  void whatIsCommittedBetweenTheLookAndTheParkingIsNotMissed() {
    String logId = history.head().logId();
    history.afterLook = () -> history.afterLook = this::append;
    LogMessage.Follow question = new LogMessage.Follow(Optional.of(logId), 0);
    // The first read of the head is for the id of the log.
    Page told =
        Await.result(bus.request(MessageBus.LOG, question, LogMessage.Grown.class, ANSWER_MILLIS))
            .page();
    assertThat(told.to()).isEqualTo(1);
    assertThat(told.updates()).hasSize(1);
  }

  @Test
  void questionOverWhichTheOwnerFailsIsRefusedAtOnce() {
    append();
    String logId = history.head().logId();
    fails.set(true);
    assertThat(status(follow(logId, 0))).isEqualTo(503);
    // The reads of the head for the id, and for the last number.
    for (int looks = 0; looks < 2; looks++) {
      int left = looks;
      history.afterLook = () -> failAfter(left);
      assertThat(status(follow(logId, 0))).isEqualTo(503);
    }
    assertThat(Await.result(follow(0)).page().to()).isEqualTo(1);
  }

  private void failAfter(int looks) {
    if (looks == 0) {
      throw new StackOverflowError("planted");
    }
    history.afterLook = () -> failAfter(looks - 1);
  }

  private static int status(Future<?> failed) {
    return ((RefusedException) Await.failure(failed)).refusal().status();
  }

  @Test
  void whoIsParkedIsToldEvenIfTheOwnerFailsOverAnother() {
    Future<LogMessage.Grown> first = follow(0);
    Future<LogMessage.Grown> second = follow(0);
    Await.until("both are parked", () -> service.following() == 2);
    fails.set(true);
    History.Commit one = history.append(List.of(Batch.of(Samples.draft("a", "t")))).result();
    History.Commit two = history.append(List.of(Batch.of(Samples.draft("b", "t")))).result();
    assertThat(one.page().to()).isEqualTo(1);
    // The page does not continue theirs, so the owner must find the pages between.
    service.grew(two.page());
    assertThat(status(first)).isEqualTo(503);
    assertThat(Await.result(second).page().to()).isEqualTo(2);
  }
}
