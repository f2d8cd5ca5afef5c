package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.RawHttp2;
import dev.outpour.RawHttp2.Frame;
import dev.outpour.TestCertificate;
import dev.outpour.TestHub;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HEAD gets the same head as GET, over each version of HTTP. */
class HeadTest {

  private static TestHub clear;
  private static TestHub tls;

  @BeforeAll
  static void start() {
    clear =
        TestHub.start(new JsonObject().put("http", new JsonObject().put("clearTextHttp2", true)));
    tls = TestHub.start(new JsonObject().put("http", TestHub.tls()));
  }

  @AfterAll
  static void stop() {
    clear.close();
    tls.close();
  }

  private static Http2Headers askHttp2(RawHttp2 raw, String path) {
    try (raw) {
      raw.greet()
          .frame(
              RawHttp2.HEADERS,
              RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
              1,
              RawHttp2.request("HEAD", path, "x-request-id", "a"))
          .send();
      Frame head = raw.await(RawHttp2.HEADERS, 1);
      Http2Headers headers = raw.decode(head);
      // The response is the head alone, or the head and an empty DATA frame.
      assertThat(head.isLast() || raw.await(RawHttp2.DATA, 1).payload().length == 0)
          .as(path)
          .isTrue();
      raw.get(3, "/health/live").send();
      assertThat(raw.decode(raw.await(RawHttp2.HEADERS, 3)).status()).hasToString("200");
      return headers;
    }
  }

  private static RawHttp.Answer ask(String method, String path) {
    try (RawHttp raw = clear.connect()) {
      raw.send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: a\r\n\r\n");
      return method.equals("HEAD") ? raw.answerWithoutBody() : raw.answer();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/health",
        "/health/live",
        "/health/ready?exclude=x",
        "/openapi.json",
        "/topics",
        "/readers",
        "/topics?limit=x",
        "/",
        "/page.css",
        "/nothing",
        "/update",
        "/events?topic=*x",
        "/events?topic=a&topic=b&x",
        "//health",
      })
  void headSaysWhatAGetIsAnsweredAndThatAlone(String path) {
    RawHttp.Answer whole = ask("GET", path);
    RawHttp.Answer head = ask("HEAD", path);
    String length = whole.header("Content-Length");
    assertThat(head.status()).isEqualTo(whole.status());
    assertThat(head.header("Content-Length")).isEqualTo(length);
    for (RawHttp2 raw :
        new RawHttp2[] {
          RawHttp2.connect(clear.port()),
          RawHttp2.connect(tls.port(), TestCertificate.shared().trusting())
        }) {
      Http2Headers headers = askHttp2(raw, path);
      assertThat(headers.status()).hasToString(Integer.toString(whole.status()));
      assertThat(headers.get("content-length")).hasToString(length);
      assertThat(headers.get("date")).isNotNull();
    }
  }

  /** Paths whose length varies. */
  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/events"})
  void headOfWhatChangesHasNoContentEither(String path) {
    assertThat(ask("HEAD", path).status()).isEqualTo(200);
    assertThat(askHttp2(RawHttp2.connect(clear.port()), path).status()).hasToString("200");
    assertThat(
            askHttp2(RawHttp2.connect(tls.port(), TestCertificate.shared().trusting()), path)
                .status())
        .hasToString("200");
  }
}
