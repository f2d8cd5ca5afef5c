package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.HttpHead;
import dev.outpour.RawHttp;
import dev.outpour.TestHub;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The usual spellings of paths bypass the router, other spellings do not: the answers are the same.
 */
class RequestDispatcherTest {

  private static final List<String> EVENTS = List.of("/events", "/events/");
  private static final List<String> UPDATE = List.of("/update", "/update/");

  private static TestHub hub;

  @BeforeAll
  static void start() {
    hub =
        TestHub.start(
            new JsonObject()
                .put("http", new JsonObject().put("origins", List.of("https://a.example"))));
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private static String request(String method, String target, String more) {
    return method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: a\r\n" + more;
  }

  private static RawHttp.Answer ask(String method, String target, String more) {
    try (RawHttp connection = hub.connect()) {
      connection.send(request(method, target, more + "\r\n"));
      return method.equals("HEAD") ? connection.answerWithoutBody() : connection.answer();
    }
  }

  private static Map<String, String> headers(HttpHead head) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(head.headers());
    // Vert.x and the hub may or may not send it.
    headers.remove("connection");
    return headers;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OPTIONS | 204 | GET, HEAD, OPTIONS",
        "PUT | 405 | GET, HEAD, OPTIONS",
        "DELETE | 405 | GET, HEAD, OPTIONS",
        "POST | 405 | GET, HEAD, OPTIONS",
        "HEAD | 200 |",
      })
  void pathOfReadersIsAnsweredAlikeHoweverItIsSpelled(String method, int status, String allow) {
    String origin = "Origin: https://a.example\r\n";
    RawHttp.Answer plain = ask(method, "/events", origin);
    assertThat(plain.status()).isEqualTo(status);
    assertThat(plain.header("Allow")).isEqualTo(allow);
    assertThat(plain.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(plain.header("Access-Control-Allow-Origin")).isEqualTo("https://a.example");
    for (String path : EVENTS) {
      RawHttp.Answer answer = ask(method, path, origin);
      assertThat(answer.status()).as(path).isEqualTo(status);
      assertThat(headers(answer.head())).as(path).isEqualTo(headers(plain.head()));
      assertThat(answer.body()).as(path).isEqualTo(plain.body());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OPTIONS | 204 | POST, OPTIONS",
        "GET | 405 | POST, OPTIONS",
        "HEAD | 405 | POST, OPTIONS",
        "PUT | 405 | POST, OPTIONS",
        "DELETE | 405 | POST, OPTIONS",
      })
  void pathOfPublishersIsAnsweredAlikeHoweverItIsSpelled(String method, int status, String allow) {
    RawHttp.Answer plain = ask(method, "/update", "");
    assertThat(plain.status()).isEqualTo(status);
    assertThat(plain.header("Allow")).isEqualTo(allow);
    for (String path : UPDATE) {
      RawHttp.Answer answer = ask(method, path, "");
      assertThat(answer.status()).as(path).isEqualTo(status);
      assertThat(headers(answer.head())).as(path).isEqualTo(headers(plain.head()));
      assertThat(answer.body()).as(path).isEqualTo(plain.body());
    }
  }

  @Test
  void publishersAndReadersAreServedHoweverTheySpellThePath() {
    Map<String, String> plain = null;
    for (int i = 0; i < EVENTS.size(); i++) {
      try (RawStream reader = new RawStream(hub.port(), 0)) {
        reader.send(request("GET", EVENTS.get(i) + "?topic=spelled", "\r\n"));
        HttpHead head = reader.head();
        assertThat(head.status()).isEqualTo(200);
        plain = plain == null ? headers(head) : plain;
        assertThat(headers(head)).isEqualTo(plain);
        reader.take(1);
        RawHttp.Answer published =
            ask("POST", UPDATE.get(i) + "?topic=spelled", "Content-Length: 1\r\n\r\n1");
        assertThat(published.status()).isEqualTo(200);
        reader.takeUpTo(new JsonObject(published.body()).getString("id"));
        assertThat(reader.data()).containsExactly("1");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"?x", "?x=1", "?topic=a/", "?last=0", "?lastEventId=no"})
  void readerIsRefusedForTheSameReasonHoweverThePathIsSpelled(String query) {
    JsonObject plain = Problems.check(400, ask("GET", "/events" + query, ""));
    for (String path : EVENTS) {
      assertThat(Problems.check(400, ask("GET", path + query, ""))).isEqualTo(plain);
      assertThat(ask("HEAD", path + query, "").status()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/EVENTS", "/Update", "/event", "/eventsx", "/events/x"})
  void anotherPathIsNotTaken(String path) {
    try (RawStream reader = new RawStream(hub.port(), 0)) {
      assertThat(reader.send(request("GET", path, "\r\n")).head().status()).isEqualTo(404);
    }
  }

  @Test
  void whatIsNotServedIsNotAnsweredHoweverItIsSpelled() throws Exception {
    TestHub.run(
        new JsonObject().put("http", new JsonObject().put("serve", List.of("health"))),
        none -> {
          for (String path : List.of("/events", "/events/", "/update")) {
            try (RawHttp reader = none.connect();
                RawHttp publisher = none.connect()) {
              Problems.check(404, reader.send(request("GET", path, "\r\n")).answer());
              publisher.send(request("POST", path, "Content-Length: 1\r\n\r\n1"));
              Problems.check(404, publisher.answer());
            }
          }
        });
  }

  @Test
  void strangerIsTurnedAwayWhateverThePath() {
    for (String path : List.of("/events", "/events/", "/update", "/health")) {
      try (RawHttp connection = hub.connect()) {
        connection.send("GET " + path + " HTTP/1.1\r\nHost: evil.example\r\n\r\n");
        Problems.check(403, connection.answer());
      }
    }
  }
}
