package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.RawHttp;
import dev.outpour.TestHub;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Clients that start a request and then stall, all at the same time. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LateClientTest {

  private static final String HOST = " HTTP/1.1\r\nHost: localhost\r\n";
  private static final String HEALTH = "GET /health" + HOST + "\r\n";
  private static final String METRICS = "GET /metrics" + HOST + "\r\n";
  private static final int MANY = 20_000;

  private static TestHub hub;
  private static RawHttp silent;
  private static RawHttp headless;
  private static RawHttp idle;
  private static RawHttp headlessLater;
  private static RawHttp bodiless;
  private static RawHttp unread;
  private static RawHttp steady;
  private static RawHttp lines;
  private static RawHttp noLines;
  private static RawHttp deaf;
  private static RawStream reader;

  @BeforeAll
  static void begin() {
    hub =
        TestHub.start(
            new JsonObject()
                .put(
                    "limits",
                    new JsonObject()
                        .put("headSeconds", 1)
                        .put("bodySeconds", 1)
                        .put("idleSeconds", 2)));
    reader = new RawStream(hub.port(), 0).ask("?topic=late");
    reader.head();
    deaf = hub.connect().send(METRICS.repeat(2_000));
    silent = hub.connect();
    headless = hub.connect().send("GET /health HTTP/1.1\r\nHost: local");
    idle = hub.connect().send(HEALTH);
    assertThat(idle.answer().status()).isEqualTo(200);
    headlessLater = hub.connect().send(HEALTH);
    assertThat(headlessLater.answer().status()).isEqualTo(200);
    headlessLater.send("GET /he");
    bodiless = hub.connect().send(post("Content-Length: 2\r\n") + "1");
    unread = hub.connect().send("GET /health" + HOST + "Content-Length: 2\r\n\r\n1");
    steady =
        hub.connect()
            .send(post("Content-Type: text/plain\r\nContent-Length: " + MANY + "\r\n"))
            .send("x".repeat(MANY - 1));
    lines =
        hub.connect()
            .send(post("Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n"))
            .sendChunk("1\n");
    noLines =
        hub.connect().send(post("Content-Type: application/x-ndjson\r\nContent-Length: 0\r\n"));
    assertThat(noLines.answer().status()).isLessThan(500);
  }

  @AfterAll
  static void stop() {
    reader.close();
    steady.close();
    lines.close();
    deaf.close();
    hub.close();
  }

  private static String post(String headers) {
    return "POST /update?topic=late" + HOST + headers + "\r\n";
  }

  @Test
  @Order(1)
  void whoSaysNothingIsToldNothing() {
    silent.awaitClose();
  }

  @Test
  @Order(1)
  void headThatDoesNotEndIsAnswered408() {
    Problems.check(408, headless.answer());
    headless.awaitClose();
  }

  @Test
  @Order(1)
  void laterHeadHasAsLongAsTheFirst() {
    Problems.check(408, headlessLater.answer());
    headlessLater.awaitClose();
  }

  @Test
  @Order(1)
  void bodyThatDoesNotComeIsAnswered408() {
    Problems.check(408, bodiless.answer());
    // The refused update is not published.
    bodiless.send("2").awaitClose();
  }

  @Test
  @Order(1)
  void bodyThatNobodyWaitsForEndsTheConnection() {
    assertThat(unread.answer().status()).isEqualTo(200);
    unread.awaitClose();
  }

  @Test
  @Order(2)
  void connectionThatWaitsForItsNextRequestIsClosed() {
    idle.awaitClose();
  }

  @Test
  @Order(2)
  void soIsOneThatHasPublishedLines() {
    noLines.awaitClose();
  }

  @Test
  @Order(2)
  void whoTakesNoAnswersIsDisconnected() {
    Await.until("disconnected", () -> figures().contains("limited_total{reason=\"unread\"} 1.0"));
  }

  private static String figures() {
    try (RawHttp connection = hub.connect()) {
      return connection.send(METRICS).answer().body();
    }
  }

  @Test
  @Order(3)
  void whatComesFastEnoughMayTakeItsTime() {
    assertThat(steady.send("x").answer().status()).isEqualTo(200);
  }

  @Test
  @Order(3)
  void linesMayComeWheneverTheyDo() {
    RawHttp.Answer answer = lines.sendChunk("2\n").sendChunk("").answer();
    assertThat(new JsonObject(answer.body()).getInteger("count")).isEqualTo(2);
  }

  @Test
  @Order(4)
  void readerStaysAsLongAsItLikes() {
    reader.takeUpTo(hub.publish("late", "\"last\""));
    assertThat(reader.data()).endsWith("\"last\"").doesNotContain("12");
  }
}
