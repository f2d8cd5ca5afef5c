package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.TestHub;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Publishing at the level of the connection: sizes, origins, and clients that disconnect. */
class PublishConnectionTest {

  private static final int MOST = 4 * 1024;
  private static TestHub hub;

  @BeforeAll
  static void start() {
    hub =
        TestHub.start(
            new JsonObject()
                .put(
                    "http",
                    new JsonObject()
                        .put("maxUpdateKilobytes", MOST / 1024)
                        .put("hosts", new JsonArray().add("hub.internal"))
                        .put("origins", new JsonArray().add("https://shop.example"))));
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private static String head(String... headers) {
    return "POST /update?topic=c HTTP/1.1\r\nHost: localhost:"
        + hub.port()
        + "\r\nContent-Type: text/plain\r\n"
        + String.join("\r\n", headers)
        + "\r\n\r\n";
  }

  private static RawHttp.Answer answer(String request) {
    try (RawHttp raw = hub.connect()) {
      return raw.send(request).answer();
    }
  }

  @Test
  void updateOfTheLargestSizeIsTaken() {
    String most = "x".repeat(MOST);
    assertThat(answer(head("Content-Length: " + MOST) + most).status()).isEqualTo(200);
    try (RawHttp raw = hub.connect()) {
      raw.send(head("Transfer-Encoding: chunked")).sendChunk(most).sendChunk("");
      assertThat(raw.answer().status()).isEqualTo(200);
    }
    try (SseClient reader = hub.read("topic=c&last=2")) {
      reader.awaitEvents(2);
      assertThat(reader.data()).containsExactly(most, most);
    }
  }

  @Test
  void aMegabyteIsTakenByDefault() throws Exception {
    TestHub.run(
        new JsonObject(),
        byDefault -> {
          String most = "x".repeat(1 << 20);
          assertThat(byDefault.post("", "text/plain", most).statusCode()).isEqualTo(200);
          Problems.check(413, byDefault.post("", "text/plain", most + "x"));
          try (SseClient reader = byDefault.read("last=1")) {
            assertThat(reader.awaitEvents(1).get(0).data()).isEqualTo(most);
          }
        });
  }

  @Test
  void largerOneIsRefusedByItsLengthBeforeItIsSent() {
    List<RawHttp> connections =
        Stream.of("4097", "20000000", "9999999999", "99999999999999")
            .map(length -> hub.connect().send(head("Content-Length: " + length)))
            .toList();
    for (RawHttp raw : connections) {
      RawHttp.Answer answer = raw.answer();
      Problems.check(413, answer);
      assertThat(answer.header("Connection")).isEqualToIgnoringCase("close");
    }
    connections.forEach(RawHttp::awaitClose);
    connections.forEach(RawHttp::close);
  }

  @Test
  void largerOneIsRefusedWhileItComesInChunks() {
    try (RawHttp raw = hub.connect()) {
      raw.send(head("Transfer-Encoding: chunked"));
      raw.sendChunk("x".repeat(MOST)).sendChunk("x");
      RawHttp.Answer answer = raw.answer();
      Problems.check(413, answer);
      assertThat(answer.header("Connection")).isEqualToIgnoringCase("close");
      raw.awaitClose();
    }
  }

  @Test
  void clientThatSendsOnGetsToReadTheRefusal() {
    try (RawHttp raw = hub.connect()) {
      raw.send(head("Content-Length: 2000000"));
      for (int i = 0; i < 10; i++) {
        raw.send("x".repeat(10_000));
      }
      Problems.check(413, raw.answer());
    }
  }

  @Test
  void whoExpectsToBeToldToContinueIsTold() {
    try (RawHttp raw = hub.connect()) {
      raw.send(head("Content-Length: 2", "Expect: 100-continue"));
      assertThat(raw.answer().status()).isEqualTo(100);
      raw.send("42");
      assertThat(raw.answer().status()).isEqualTo(200);
    }
    try (RawHttp raw = hub.connect()) {
      raw.send(head("Content-Length: 1000000", "Expect: 100-continue"));
      Problems.check(413, raw.answer());
      raw.awaitClose();
    }
    try (RawHttp raw = hub.connect()) {
      raw.send(head("Content-Length: 2", "Expect: 100-continue", "Content-Encoding: gzip"));
      Problems.check(415, raw.answer());
    }
    try (RawHttp raw = hub.connect()) {
      raw.send(head("Content-Length: 2", "Expect: banana") + "42");
      Problems.check(417, raw.answer());
    }
  }

  @Test
  void connectionServesOneRequestAfterAnother() {
    try (RawHttp raw = hub.connect()) {
      String one = head("Content-Length: 1") + "1";
      raw.send(one + one + one);
      for (int i = 0; i < 3; i++) {
        assertThat(raw.answer().status()).isEqualTo(200);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:PORT",
        "127.0.0.1:PORT",
        "127.8.9.10",
        "[::1]:PORT",
        "128.0.0.1",
        "[::2]",
        "hub.internal",
        "Hub.Internal:80",
      })
  void loopbackAnswersUnderItsOwnNameAddressesAndListedNames(String host) {
    assertThat(withHost(host).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example",
        "evil-localhost",
        "127.0.0.1.evil.example",
        "hub.internal.evil.example",
      })
  void loopbackIsNotReachedUnderAStrangersName(String host) {
    Problems.check(403, withHost(host));
    try (RawHttp raw = hub.connect()) {
      raw.send("GET /events HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
      Problems.check(403, raw.answer());
    }
  }

  private static RawHttp.Answer withHost(String host) {
    return answer(
        "POST /update HTTP/1.1\r\nHost: "
            + host.replace("PORT", Integer.toString(hub.port()))
            + "\r\nContent-Length: 2\r\n\r\n{}");
  }

  @Test
  void requestWithoutHostIsRefused() {
    assertThat(answer("POST /update HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}").status())
        .isEqualTo(400);
  }

  private static RawHttp.Answer withOrigin(String origin) {
    return answer(
        head("Content-Length: 1", "Origin: " + origin.replace("PORT", "" + hub.port())) + "1");
  }

  @Test
  void pagesOfThisServerAndOfListedOriginsMayPublish() {
    RawHttp.Answer own = withOrigin("http://localhost:PORT");
    assertThat(own.status()).isEqualTo(200);
    assertThat(own.header("Access-Control-Allow-Origin")).isNull();
    RawHttp.Answer listed = withOrigin("https://shop.example");
    assertThat(listed.status()).isEqualTo(200);
    assertThat(listed.header("Access-Control-Allow-Origin")).isEqualTo("https://shop.example");
    assertThat(listed.header("Vary")).isEqualToIgnoringCase("Origin");
    assertThat(listed.header("Access-Control-Allow-Credentials")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "https://evil.example",
        "http://localhost",
        "http://localhost:1",
        "http://localhost:PORT.evil.example",
        "http://localhost:PORT/",
        "http://127.0.0.1:PORT",
        "https://shop.example.evil.example",
        "https://evilshop.example",
        "http://shop.example",
        "https://shop.example:8443",
        "*",
      })
  void pagesOfOtherOriginsMayNotPublish(String origin) {
    RawHttp.Answer answer = withOrigin(origin);
    Problems.check(403, answer);
    assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
  }

  @Test
  void browserThatAsksFirstIsToldOnlyForListedOrigins() {
    for (String origin : List.of("https://shop.example", "https://evil.example")) {
      RawHttp.Answer answer =
          answer(
              "OPTIONS /update HTTP/1.1\r\nHost: localhost\r\nOrigin: "
                  + origin
                  + "\r\nAccess-Control-Request-Method: POST\r\n\r\n");
      boolean listed = origin.contains("shop");
      assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(listed ? origin : null);
      assertThat(answer.header("Access-Control-Allow-Methods")).isEqualTo(listed ? "POST" : null);
    }
  }

  @Test
  void clientThatHangsUpAfterSendingDoesNotUndoItsUpdate() {
    try (SseClient reader = hub.read("topic=c")) {
      for (int i = 0; i < 20; i++) {
        hub.connect().send(head("Content-Length: 2") + (10 + i)).close();
      }
      assertThat(reader.awaitEvents(20)).extracting("data").doesNotHaveDuplicates();
    }
  }

  @Test
  void clientThatHangsUpBeforeItHasSentAllHasPublishedNothing() {
    try (SseClient reader = hub.read("topic=c")) {
      hub.connect().send(head("Content-Length: 3") + "no").close();
      hub.connect().send(head("Content-Length: 3") + "no").reset();
      hub.connect().send(head("Transfer-Encoding: chunked")).sendChunk("no").close();
      hub.publish("c", "1");
      reader.awaitEvents(1);
      assertThat(reader.data()).containsExactly("1");
    }
  }
}
