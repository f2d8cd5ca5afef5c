package dev.outpour.http.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.HeldLoop;
import dev.outpour.RawHttp;
import dev.outpour.TestHub;
import dev.outpour.http.Problems;
import dev.outpour.loop.EventLoopPulse;
import dev.outpour.loop.TurnBudget;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The health endpoints, of a healthy hub and with real faults. */
@Execution(ExecutionMode.CONCURRENT)
class HealthHandlerTest {

  private static RawHttp.Answer ask(TestHub hub, String method, String path) {
    try (RawHttp connection = hub.connect()) {
      connection.send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      return method.equals("HEAD") ? connection.answerWithoutBody() : connection.answer();
    }
  }

  /** The trouble of one check; empty if there is none. */
  private static String trouble(RawHttp.Answer answer, String name) {
    JsonArray checks = new JsonObject(answer.body()).getJsonArray("checks");
    return checks.stream()
        .map(JsonObject.class::cast)
        .filter(check -> check.getString("name").equals(name))
        .map(check -> check.getString("reason", ""))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isReady(TestHub hub) {
    return ask(hub, "GET", "/health/ready").status() == 200;
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health", "/health/ready", "/health/live"})
  void hubThatIsWellSaysSoWithWhatWasLookedAt(String path) throws Exception {
    TestHub.run(
        new JsonObject(),
        hub -> {
          RawHttp.Answer answer = ask(hub, "GET", path);
          assertThat(answer.status()).isEqualTo(200);
          assertThat(answer.header("Content-Type")).isEqualTo("application/json");
          assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
          JsonObject body = new JsonObject(answer.body());
          assertThat(body.getString("status")).isEqualTo("up");
          assertThat(body.getJsonArray("checks"))
              .isNotEmpty()
              .extracting(check -> ((JsonObject) check).getString("status"))
              .containsOnly("up");

          RawHttp.Answer head = ask(hub, "HEAD", path);
          assertThat(head.status()).isEqualTo(200);
          RawHttp.Answer other = ask(hub, "DELETE", path);
          Problems.check(405, other);
          assertThat(other.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
        });
  }

  @Test
  void hubThatHasNotFoundTheLogLivesAndIsNotReady() {
    try (TestHub hub = TestHub.startWithoutIngest(new JsonObject())) {
      RawHttp.Answer answer = ask(hub, "GET", "/health/ready");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(new JsonObject(answer.body()).getString("status")).isEqualTo("down");
      assertThat(trouble(answer, "log")).isEqualTo("The log is not available yet");
      assertThat(ask(hub, "HEAD", "/health").status()).isEqualTo(503);
      assertThat(ask(hub, "GET", "/health/live").status()).isEqualTo(200);

      hub.startIngest();
      Await.until("it is ready", () -> isReady(hub));
    }
  }

  @Test
  void hubWhoseLogHasGoneIsNotReadyUntilItIsBackUnlessThatDoesNotCount() throws Exception {
    TestHub.run(
        new JsonObject(),
        hub -> {
          hub.stopIngest();
          RawHttp.Answer answer = ask(hub, "GET", "/health/ready");
          assertThat(answer.status()).isEqualTo(503);
          assertThat(trouble(answer, "history")).contains("has stopped");
          assertThat(trouble(answer, "log")).isEmpty();
          assertThat(ask(hub, "GET", "/health/ready?exclude=history").status()).isEqualTo(200);
          Await.until(
              "it has asked for another one",
              () ->
                  trouble(ask(hub, "GET", "/health/ready"), "history")
                      .equals("The log's owner cannot be reached"));

          hub.startIngest();
          Await.until("it is ready again", () -> isReady(hub));
        });
  }

  @Test
  void whatCannotBeLeftOutIsRefused() throws Exception {
    TestHub.run(
        new JsonObject(),
        hub -> Problems.check(400, ask(hub, "GET", "/health/ready?exclude=history&exclude=disk")));
  }

  @Test
  void logThatCannotBeWrittenIsNotReadyUntilItCan(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("log.db");
    JsonObject history = new JsonObject().put("store", "sqlite").put("path", file.toString());
    TestHub.run(
        new JsonObject().put("history", history),
        hub -> {
          hub.publish("a", "1");
          try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
              Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            Problems.check(503, hub.post("topic=a", null, "2"));
            RawHttp.Answer answer = ask(hub, "GET", "/health/ready");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(trouble(answer, "history")).isEqualTo("The log cannot be written");
            assertThat(ask(hub, "GET", "/health/live").status()).isEqualTo(200);
            statement.execute("ROLLBACK");
          }
          Await.until("it is ready without a publish", () -> isReady(hub));
          hub.publish("a", "3");
        });
  }

  @Test
  void loopThatDoesNotTurnIsCounted() throws Exception {
    TestHub.run(
        new JsonObject(),
        hub -> {
          HeldLoop held = new HeldLoop(hub.loops().get(0));
          long soon = TurnBudget.nowMillis() + EventLoopPulse.STUCK_MILLIS + 1;
          Await.until(
              "all other loops have responded", () -> EventLoopPulse.stuck(hub.vertx(), soon) == 1);
          held.close();
          long much = TurnBudget.nowMillis() + EventLoopPulse.STUCK_MILLIS + 1;
          Await.until(
              "all loops have responded", () -> EventLoopPulse.stuck(hub.vertx(), much) == 0);
        });
  }

  @Test
  void loopsThatHaveEndedAreNotCounted() {
    TestHub hub = TestHub.start();
    TestHub.await(hub.stopHttp());
    assertThat(EventLoopPulse.stuck(hub.vertx(), Long.MAX_VALUE)).isZero();
    hub.close();
  }
}
