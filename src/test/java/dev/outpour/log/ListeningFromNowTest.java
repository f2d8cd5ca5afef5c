package dev.outpour.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.ingest.IngestVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where a listener begins that asks for everything from now on. */
class ListeningFromNowTest {
  private static final int PATIENCE_SECONDS = 20;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(4));

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  @Test
  void whatIsPublishedAfterTheCallArrivesHoweverLateTheListenersLoopGetsToIt() throws Exception {
    JsonObject config = new JsonObject().put("ingest", new JsonObject());
    await(vertx.deployVerticle(new IngestVerticle(), new DeploymentOptions().setConfig(config)));
    await(publish("before"));

    BlockingQueue<String> read = new LinkedBlockingQueue<>();
    CountDownLatch listening = new CountDownLatch(1);
    CountDownLatch published = new CountDownLatch(1);
    Context late = contextOfItsOwn();
    late.runOnContext(
        turn -> {
          UpdateBus.listen(vertx, update -> read.add(update.data().toString()));
          listening.countDown();
          awaitOnLoop(published);
        });
    assertThat(listening.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    try {
      await(publish("after"));
    } finally {
      published.countDown();
    }

    assertThat(read.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("after");
  }

  private Context contextOfItsOwn() throws Exception {
    CompletableFuture<Context> context = new CompletableFuture<>();
    await(
        vertx.deployVerticle(
            deployed -> {
              context.complete(deployed);
              return Future.succeededFuture();
            }));
    return context.get();
  }

  private Future<?> publish(String text) {
    return vertx.eventBus().request(UpdateBus.INGEST, text);
  }

  private static void awaitOnLoop(CountDownLatch latch) {
    try {
      latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
