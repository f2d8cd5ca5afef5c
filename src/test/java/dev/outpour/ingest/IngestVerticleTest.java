package dev.outpour.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.bus.LogMessage;
import dev.outpour.bus.MessageBus;
import dev.outpour.history.Retention;
import dev.outpour.history.memory.MemoryHistory;
import dev.outpour.log.LocalLog;
import dev.outpour.log.UpdateBus;
import dev.outpour.settings.CannotStartException;
import dev.outpour.update.Batch;
import dev.outpour.update.Page;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Samples;
import dev.outpour.update.Update;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IngestVerticleTest {

  private static final long ANSWER_MILLIS = 20_000;

  private LogOwner owner;

  @BeforeEach
  void start() {
    owner = new LogOwner(1_000);
    owner.start();
  }

  @AfterEach
  void stop() {
    owner.close();
  }

  private <T extends LogMessage> Future<T> ask(LogMessage question, Class<T> kind) {
    return LocalLog.of(owner.vertx).bus().request(MessageBus.LOG, question, kind, ANSWER_MILLIS);
  }

  private String logId() {
    return LocalLog.of(owner.vertx).description().logId();
  }

  private static int status(Future<?> future) {
    return ((RefusedException) Await.failure(future)).refusal().status();
  }

  @Test
  void secondOneRefusesToStartAndSaysWhy() {
    assertThat(Await.failure(owner.vertx.deployVerticle(new IngestVerticle())))
        .isInstanceOf(CannotStartException.class)
        .hasMessageContainingAll("Another ingest verticle", logId());
    assertThat(owner.publish("goes on").sequence()).isEqualTo(1);
  }

  @Test
  void whatWasStoredWithoutAnAnswerIsToldAtOnceAndNotWithTheNextPublish() {
    Vertx vertx = Vertx.vertx();
    try {
      UnsureHistory history =
          new UnsureHistory(new MemoryHistory(new Retention(100, Duration.ofHours(1), 1 << 20)));
      IngestVerticle verticle =
          new IngestVerticle((same, settings) -> Future.succeededFuture(history));
      Await.result(vertx.deployVerticle(verticle));
      CompletableFuture<Update> heard = new CompletableFuture<>();
      UpdateBus.listen(vertx, heard::complete);
      Throwable failure = Await.failure(vertx.eventBus().request(UpdateBus.INGEST, "stored"));
      assertThat(((ReplyException) failure).failureCode()).isEqualTo(504);
      assertThat(heard).succeedsWithin(Await.LONG).extracting(Update::sequence).isEqualTo(1L);
    } finally {
      Await.result(vertx.close());
    }
  }

  @Test
  void anotherOneMayStartWhenTheFirstHasGone() {
    owner.publish("a");
    Await.result(owner.vertx.undeploy(owner.vertx.deploymentIDs().iterator().next()));
    assertThat(
            ((ReplyException) Await.failure(owner.vertx.eventBus().request(UpdateBus.INGEST, "b")))
                .failureType())
        .isEqualTo(ReplyFailure.NO_HANDLERS);
    owner.start();
    assertThat(owner.publish("c").sequence()).isEqualTo(1);
  }

  @Test
  void whatWasTakenBeforeTheStopIsAnswered() {
    List<Future<?>> replies = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      replies.add(owner.vertx.eventBus().request(UpdateBus.INGEST, "x" + i));
    }
    Await.result(owner.vertx.undeploy(owner.vertx.deploymentIDs().iterator().next()));
    Await.result(Future.join(replies).transform(ended -> Future.succeededFuture()));
    long answered = replies.stream().filter(Future::succeeded).count();
    assertThat(owner.head().sequence()).isEqualTo(answered);
  }

  @Test
  void groupOfBatchesIsAnsweredBatchByBatch() {
    var outcomes =
        Await.result(
            LocalLog.of(owner.vertx)
                .append(
                    List.of(
                        Batch.of(Samples.keyed("k", "a")),
                        Batch.of(Samples.keyed("k", "b")),
                        Batch.of(Samples.draft("c", "t")))));
    assertThat(outcomes).extracting(outcome -> outcome.receipts().size()).containsExactly(1, 0, 1);
    assertThat(outcomes.get(1).refusal()).map(refusal -> refusal.status()).contains(422);
    assertThat(owner.read(outcomes.get(0).receipts().get(0).position()).topics())
        .isEqualTo(Samples.topics("updates"));
  }

  @Test
  void followerIsAnsweredWhenTheLogGrows() {
    Future<LogMessage.Grown> parked =
        ask(new LogMessage.Follow(Optional.of(logId()), 0), LogMessage.Grown.class);
    owner.publish("a");
    LogMessage.Grown grown = Await.result(parked);
    assertThat(grown.page().updates()).hasSize(1);
    assertThat(grown.log().head().last()).isEqualTo(1);
  }

  @Test
  void followerThatIsBehindGetsWhatComesNextAtOnce() {
    owner.publish("a");
    owner.publish("b");
    Page page =
        Await.result(ask(new LogMessage.Follow(Optional.of(logId()), 1), LogMessage.Grown.class))
            .page();
    assertThat(page.continues(1)).isTrue();
    assertThat(page.to()).isEqualTo(2);
  }

  @Test
  void questionAboutAnotherLogIsRefused() {
    assertThat(status(ask(new LogMessage.ReadAfter("other", 0), LogMessage.Read.class)))
        .isEqualTo(409);
    assertThat(status(ask(new LogMessage.Follow(Optional.of("other"), 0), LogMessage.Grown.class)))
        .isEqualTo(409);
  }
}
