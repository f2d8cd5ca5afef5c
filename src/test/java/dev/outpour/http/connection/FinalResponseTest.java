package dev.outpour.http.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.TestHub;
import dev.outpour.http.Problems;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses that are the last of their connection, and requests after them. */
class FinalResponseTest {

  private static final String HOST = " HTTP/1.1\r\nHost: localhost\r\n";

  private static TestHub hub;

  @BeforeAll
  static void start() {
    hub =
        TestHub.start(new JsonObject().put("http", new JsonObject().put("maxUpdateKilobytes", 1)));
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private static String post(String target, String headers, String body) {
    return "POST "
        + target
        + HOST
        + headers
        + ("Content-Length: " + body.length() + "\r\n\r\n")
        + body;
  }

  private static void checkNothingIsStored(TestHub hub, String topic) {
    hub.publish(topic, "\"marker\"");
    try (SseClient reader = hub.read("last=10&topic=" + topic)) {
      reader.awaitEvents(1);
      assertThat(reader.data()).containsExactly("\"marker\"");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | POST | /update?topic=*   |                              | 1",
        "400 | POST | /update           | Idempotency-Key:             | 1",
        "400 | GET  | /%zz              |                              |",
        "400 | GET  | /health           | Authorization: a; Authorization: b |",
        "403 | POST | /update           | Origin: https://evil.example | 1",
        "404 | POST | /nothing          |                              | 1",
        "404 | GET  | /nothing          |                              | 1",
        "405 | PUT  | /update           |                              | 1",
        "405 | TRACE | /health          |                              |",
        "406 | GET  | /events           | Accept: image/png            | 1",
        "415 | POST | /update           | Content-Encoding: gzip       | 1",
        "415 | POST | /update           | Content-Type: image/png      | 1",
        "417 | POST | /update           | Expect: banana               | 1",
        "501 | POST | /update           | Transfer-Encoding: gzip, chunked |",
      })
  void whatComesBehindAnAnswerThatClosesIsNotProcessed(
      int status, String method, String target, String headers, String body) {
    String topic =
        "behind-" + Integer.toHexString((method + status + target + headers + body).hashCode());
    StringBuilder request = new StringBuilder(method + " " + target + HOST);
    for (String header : headers == null ? List.<String>of() : List.of(headers.split("; "))) {
      request.append(header).append("\r\n");
    }
    if (body != null) {
      request.append("Content-Length: ").append(body.length()).append("\r\n");
    }
    request.append("\r\n").append(body == null ? "" : body);
    try (RawHttp raw = hub.connect()) {
      raw.send(request + post("/update?topic=" + topic, "", "\"behind\""));
      RawHttp.Answer answer = raw.answer();
      Problems.check(status, answer);
      assertThat(answer.header("Connection")).isEqualToIgnoringCase("close");
      raw.awaitClose();
    }
    checkNothingIsStored(hub, topic);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /%zz", "GET /health\t"})
  void answerArrivesWholeHoweverMuchIsSentBehindIt(String line) {
    byte[] behind = ("GET /health" + HOST + "\r\n").repeat(1 << 11).getBytes(US_ASCII);
    assertThat(behind.length).isGreaterThan(64 << 10);
    for (int i = 0; i < 20; i++) {
      try (RawHttp raw = hub.connect()) {
        raw.send(line + HOST + "\r\n").send(behind);
        hub.publish("after", "1");
        Problems.check(400, raw.answer());
        raw.awaitEnd();
      }
    }
  }

  @Test
  void neitherIsWhatComesBehindABodyThatIsTooLarge() {
    try (RawHttp raw = hub.connect()) {
      raw.send(
          post("/update?topic=first", "", "\"" + "x".repeat(2_000) + "\"")
              + post("/update?topic=large", "", "\"behind\""));
      Problems.check(413, raw.answer());
      raw.awaitClose();
    }
    checkNothingIsStored(hub, "large");
  }

  @Test
  void neitherIsWhatComesBehindAReaderWhoIsSentAway() throws Exception {
    JsonObject one = new JsonObject().put("loopback", true).put("streamsPerAddress", 1);
    TestHub.run(
        new JsonObject().put("limits", one),
        own -> {
          try (SseClient first = own.read("topic=a");
              RawHttp raw = own.connect()) {
            raw.send("GET /events?topic=a" + HOST + "\r\n" + post("/update?topic=b", "", "1"));
            RawHttp.Answer answer = raw.answer();
            assertThat(answer.body()).contains("outpour.closing");
            assertThat(answer.header("Connection")).isEqualToIgnoringCase("close");
            raw.awaitClose();
            assertThat(first.status()).isEqualTo(200);
          }
          assertThat(own.publish("b", "2")).endsWith("-1");
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /nothing",
        "HEAD /nothing",
        "DELETE /events",
        "GET /events?topic=*a",
        "GET /update",
      })
  void refusalOfARequestWithoutABodyKeepsTheConnection(String line) {
    try (RawHttp raw = hub.connect()) {
      for (int i = 0; i < 3; i++) {
        raw.send(line + HOST + "\r\n");
        RawHttp.Answer answer = line.startsWith("HEAD") ? raw.answerWithoutBody() : raw.answer();
        assertThat(answer.status()).isGreaterThanOrEqualTo(400);
        assertThat(answer.header("Connection")).isNull();
      }
      raw.send("GET /nothing" + HOST + "Content-Length: 0\r\n\r\n");
      assertThat(raw.answer().status()).isEqualTo(404);
      raw.send("GET /nothing HTTP/1.1\r\nHost: evil.example\r\n\r\n");
      assertThat(raw.answer().status()).isEqualTo(403);
      raw.send("GET /health" + HOST + "\r\n");
      assertThat(raw.answer().status()).isEqualTo(200);
    }
  }
}
