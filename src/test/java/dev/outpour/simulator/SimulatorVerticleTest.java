package dev.outpour.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

@ExtendWith(VertxExtension.class)
class SimulatorVerticleTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2024-02-29T12:00:00.987Z"), ZoneOffset.UTC);

  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private final Logger log = (Logger) LoggerFactory.getLogger(SimulatorVerticle.class);

  @BeforeEach
  void readTheLog() {
    logged.list = new CopyOnWriteArrayList<>();
    logged.start();
    log.addAppender(logged);
  }

  @AfterEach
  void leaveTheLog() {
    log.detachAppender(logged);
  }

  private static Future<HttpServer> serve(Vertx vertx, Handler<HttpServerRequest> handler) {
    return vertx.createHttpServer().requestHandler(handler).listen(0, "localhost");
  }

  private static Future<String> simulate(Vertx vertx, String url, String message) {
    JsonObject section =
        new JsonObject()
            .put("url", url)
            .put("everyMillis", 10)
            .put("message", message)
            .put("token", "till-secret");
    return vertx.deployVerticle(
        new SimulatorVerticle(CLOCK),
        new DeploymentOptions().setConfig(new JsonObject().put("simulator", section)));
  }

  private static String url(HttpServer server, String path) {
    return "http://localhost:" + server.actualPort() + path;
  }

  @Test
  void postsAMessageAgainAndAgain(Vertx vertx, VertxTestContext test) {
    List<String> bodies = new CopyOnWriteArrayList<>();
    serve(
            vertx,
            request ->
                request
                    .body()
                    .onComplete(
                        test.succeeding(
                            body -> {
                              bodies.add(
                                  request.method()
                                      + " "
                                      + request.uri()
                                      + " "
                                      + request.getHeader("Content-Type")
                                      + " "
                                      + request.getHeader("Authorization")
                                      + " "
                                      + body);
                              request.response().end();
                              if (bodies.size() == 2) {
                                test.verify(
                                    () ->
                                        assertThat(bodies)
                                            .containsExactly(
                                                expected("No. 1 at 2024-02-29T12:00:00Z"),
                                                expected("No. 2 at 2024-02-29T12:00:00Z")));
                                test.completeNow();
                              }
                            })))
        .compose(server -> simulate(vertx, url(server, "/update?topic=a"), "No. {count} at {time}"))
        .onFailure(test::failNow);
  }

  private static String expected(String message) {
    return "POST /update?topic=a application/json Bearer till-secret {\"message\":\""
        + message
        + "\"}";
  }

  @Test
  void hasOneRequestInFlight(Vertx vertx, VertxTestContext test) {
    AtomicInteger held = new AtomicInteger();
    AtomicInteger others = new AtomicInteger();
    serve(
            vertx,
            request -> {
              if (request.path().equals("/held")) {
                held.incrementAndGet();
                return;
              }
              request.response().end();
              // The other simulator ticks as often, so the first had ten more ticks by now.
              if (held.get() > 0 && others.incrementAndGet() == 10) {
                test.verify(() -> assertThat(held).hasValue(1));
                test.completeNow();
              }
            })
        .compose(
            server ->
                simulate(vertx, url(server, "/held"), "a")
                    .compose(id -> simulate(vertx, url(server, "/answered"), "b")))
        .onFailure(test::failNow);
  }

  @Test
  void logsTheStartAndTheEndOfAnOutage(Vertx vertx, VertxTestContext test) {
    AtomicInteger requests = new AtomicInteger();
    serve(
            vertx,
            request -> {
              int number = requests.incrementAndGet();
              request.response().setStatusCode(number <= 3 ? 503 : 200).end("no");
              if (number == 6) {
                test.verify(
                    () ->
                        assertThat(logged.list)
                            .extracting(
                                event -> event.getLevel() + " " + event.getFormattedMessage())
                            .hasSize(2)
                            .satisfiesExactly(
                                first ->
                                    assertThat(first)
                                        .startsWith("WARN Cannot post to http://localhost:")
                                        .endsWith(", retrying: 503 no"),
                                second ->
                                    assertThat(second)
                                        .startsWith("INFO Posting to http://localhost:")
                                        .endsWith("works again")));
                test.completeNow();
              }
            })
        .compose(server -> simulate(vertx, url(server, "/update"), "a"))
        .onFailure(test::failNow);
  }

  @Test
  void resumesWhenTheServerIsBack(Vertx vertx, VertxTestContext test) {
    serve(vertx, request -> request.response().end())
        .compose(
            server -> {
              int port = server.actualPort();
              return server
                  .close()
                  .compose(v -> simulate(vertx, "http://localhost:" + port + "/update", "a"))
                  .compose(id -> whenLogged(vertx, 1))
                  .compose(
                      v ->
                          vertx
                              .createHttpServer()
                              .requestHandler(request -> request.response().end())
                              .listen(port, "localhost"))
                  .compose(again -> whenLogged(vertx, 2));
            })
        .onComplete(
            test.succeeding(
                v -> {
                  test.verify(
                      () ->
                          assertThat(logged.list.get(1).getFormattedMessage())
                              .endsWith("works again"));
                  test.completeNow();
                }));
  }

  private Future<Void> whenLogged(Vertx vertx, int lines) {
    Promise<Void> promise = Promise.promise();
    vertx.setPeriodic(
        5,
        id -> {
          if (logged.list.size() >= lines && vertx.cancelTimer(id)) {
            promise.complete();
          }
        });
    return promise.future();
  }

  @Test
  void stopsAfterTheMessageInFlightHasArrived(Vertx vertx, VertxTestContext test) {
    Promise<HttpServerRequest> arrived = Promise.promise();
    AtomicBoolean answered = new AtomicBoolean();
    serve(vertx, arrived::tryComplete)
        .compose(server -> simulate(vertx, url(server, "/update"), "a"))
        .compose(
            id ->
                arrived
                    .future()
                    .compose(
                        request -> {
                          // Slower than a stop that does not wait.
                          vertx.setTimer(
                              100,
                              timer -> {
                                answered.set(true);
                                request.response().end();
                              });
                          return vertx.undeploy(id);
                        }))
        .onComplete(
            test.succeeding(
                v -> {
                  test.verify(() -> assertThat(answered).isTrue());
                  test.completeNow();
                }));
  }

  @Test
  void refusesToStartAndNamesEveryFault(Vertx vertx, VertxTestContext test) {
    JsonObject section = new JsonObject().put("url", "nowhere").put("evryMillis", 1);
    vertx
        .deployVerticle(
            new SimulatorVerticle(),
            new DeploymentOptions().setConfig(new JsonObject().put("simulator", section)))
        .onComplete(
            test.failing(
                failure -> {
                  test.verify(
                      () ->
                          assertThat(failure)
                              .hasMessageContaining("simulator.url: must be a URL")
                              .hasMessageContaining("did you mean simulator.everyMillis?"));
                  test.completeNow();
                }));
  }
}
