package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class OrderedDeploymentTest {
  private final List<String> events = new CopyOnWriteArrayList<>();

  /** Records its events, and stops slowly. */
  private class Recorder extends VerticleBase {
    private final String name;
    private final boolean starts;

    Recorder(String name, boolean starts) {
      this.name = name;
      this.starts = starts;
    }

    @Override
    public Future<?> start() {
      events.add(name + " starts with " + config().getInteger("x"));
      return starts
          ? Future.succeededFuture()
          : Future.failedFuture(new IllegalStateException(name + " cannot"));
    }

    @Override
    public Future<?> stop() {
      assertThat(Vertx.currentContext()).isSameAs(context);
      events.add(name + " stopping");
      Promise<Void> stopped = Promise.promise();
      vertx.setTimer(
          20,
          id -> {
            events.add(name + " stopped");
            stopped.complete();
          });
      return stopped.future();
    }
  }

  private Supplier<Recorder> recorder(String name) {
    return () -> new Recorder(name, true);
  }

  private Future<String> deploy(Vertx vertx, boolean lastStarts) {
    JsonObject config = new JsonObject().put("x", 7);
    return vertx.deployVerticle(
        context ->
            new OrderedDeployment(vertx, config)
                .add(recorder("ingest"), 1)
                .add(recorder("http"), 2)
                .add(() -> new Recorder("simulator", lastStarts), 1)
                .deploy());
  }

  private static final List<String> STARTS =
      List.of(
          "ingest starts with 7",
          "http starts with 7",
          "http starts with 7",
          "simulator starts with 7");

  private void assertStoppedInReverse() {
    assertThat(events.subList(0, 4)).isEqualTo(STARTS);
    assertThat(events.subList(4, 6)).containsExactly("simulator stopping", "simulator stopped");
    assertThat(events.subList(6, 10))
        .containsExactlyInAnyOrder(
            "http stopping", "http stopping", "http stopped", "http stopped");
    assertThat(events.subList(10, events.size()))
        .containsExactly("ingest stopping", "ingest stopped");
  }

  @Test
  void whenVertxClosesTheLastStopsFirstAndIsAwaited(VertxTestContext test) {
    Vertx vertx = Vertx.vertx();
    deploy(vertx, true)
        .onFailure(test::failNow)
        // Nothing may depend on the deployment's context, which is gone once everything is closed.
        .onSuccess(
            id ->
                vertx
                    .close()
                    .onComplete(
                        test.succeeding(
                            v -> {
                              test.verify(this::assertStoppedInReverse);
                              test.completeNow();
                            })));
  }

  @Test
  void whenTheParentIsUndeployedTheLastStopsFirstToo(Vertx vertx, VertxTestContext test) {
    deploy(vertx, true)
        .compose(vertx::undeploy)
        .onComplete(
            test.succeeding(
                v -> {
                  test.verify(this::assertStoppedInReverse);
                  test.completeNow();
                }));
  }

  @Test
  void whenOneCannotStartThoseBeforeItStopInReverse(Vertx vertx, VertxTestContext test) {
    deploy(vertx, false)
        .onComplete(
            test.failing(
                failure -> {
                  test.verify(
                      () -> {
                        assertThat(failure).hasMessage("simulator cannot");
                        assertThat(events.subList(0, 4)).isEqualTo(STARTS);
                        assertThat(events.subList(4, 8))
                            .containsOnly("http stopping", "http stopped");
                        assertThat(events.subList(8, events.size()))
                            .containsExactly("ingest stopping", "ingest stopped");
                      });
                  test.completeNow();
                }));
  }

  @Test
  void whatComesAfterAFailureIsNotStarted(Vertx vertx, VertxTestContext test) {
    vertx
        .deployVerticle(
            context ->
                new OrderedDeployment(vertx, new JsonObject().put("x", 1))
                    .add(recorder("ingest"), 1)
                    .add(() -> new Recorder("http", false), 1)
                    .add(recorder("simulator"), 1)
                    .deploy())
        .onComplete(
            test.failing(
                failure -> {
                  test.verify(
                      () ->
                          assertThat(events)
                              .containsExactly(
                                  "ingest starts with 1",
                                  "http starts with 1",
                                  "ingest stopping",
                                  "ingest stopped"));
                  test.completeNow();
                }));
  }
}
