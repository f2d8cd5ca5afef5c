package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.TestHub;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Static files: their paths, methods and headers. */
class PagesTest {

  private static TestHub hub;

  @BeforeAll
  static void start() {
    hub = TestHub.start();
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private static RawHttp.Answer ask(TestHub hub, String method, String path, String headers) {
    try (RawHttp raw = hub.connect()) {
      raw.send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
      return method.equals("HEAD") ? raw.answerWithoutBody() : raw.answer();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bytes=0-9", "bytes=-5", "bytes=0-99999999999999999999", "bytes=99999999-", "x"})
  void fileIsSentWholeWhateverRangeIsAskedFor(String range) {
    RawHttp.Answer whole = ask(hub, "GET", "/page.css", "");
    assertThat(whole.header("Accept-Ranges")).isNull();
    for (String more : new String[] {"", "If-Range: \"abc\"\r\n"}) {
      RawHttp.Answer part = ask(hub, "GET", "/page.css", "Range: " + range + "\r\n" + more);
      assertThat(part.status()).isEqualTo(200);
      assertThat(part.body()).isEqualTo(whole.body());
    }
    RawHttp.Answer head = ask(hub, "HEAD", "/page.css", "Range: " + range + "\r\n");
    assertThat(head.header("Content-Length")).isEqualTo(whole.header("Content-Length"));
  }

  @Test
  void fileThatHasNotChangedIsAnsweredWithTheHeadersOfOneThatHas() {
    RawHttp.Answer whole = ask(hub, "GET", "/page.css", "");
    assertThat(whole.header("Cache-Control")).isEqualTo("no-cache");
    String since = "If-Modified-Since: " + whole.header("Last-Modified") + "\r\n";
    try (RawHttp raw = hub.connect()) {
      raw.send("GET /page.css HTTP/1.1\r\nHost: localhost\r\n" + since + "\r\n");
      RawHttp.Answer same = raw.answerWithoutBody();
      assertThat(same.status()).isEqualTo(304);
      assertThat(same.header("Cache-Control")).isEqualTo("no-cache");
      assertThat(same.header("Date")).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/outpour.js/", "/vendor", "/vendor/", "/console", "/page.css/", "/no"})
  void whatIsNoFileIsNotThere(String path) {
    Problems.check(404, ask(hub, "GET", path, ""));
    Problems.check(404, ask(hub, "POST", path, ""));
    assertThat(ask(hub, "HEAD", path, "").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /",
    "DELETE, /outpour.js",
    "PUT, /page.css",
    "PATCH, /index.html",
  })
  void fileTakesNoOtherMethods(String method, String path) {
    RawHttp.Answer answer = ask(hub, method, path, "");
    assertThat(Problems.check(405, answer).getString("detail"))
        .isEqualTo("Method not allowed at " + path + ": use GET, HEAD");
    assertThat(answer.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
    RawHttp.Answer options = ask(hub, "OPTIONS", path, "");
    assertThat(options.status()).isEqualTo(204);
    assertThat(options.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
  }

  @Test
  void serverAsAWholeSaysItsMethods() {
    RawHttp.Answer answer = ask(hub, "OPTIONS", "*", "");
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("Allow")).isEqualTo("GET, HEAD, POST, DELETE, OPTIONS");
  }

  /** Without the page, other pages can still load {@code outpour.js}. */
  @ParameterizedTest
  @CsvSource({"events, /outpour.js, /page.css", "console, /console.html, /index.html"})
  void partOfThePagesIsServedAlone(String serve, String there, String away) throws Exception {
    JsonObject http = new JsonObject().put("serve", new JsonArray().add(serve));
    TestHub.run(
        new JsonObject().put("http", http),
        own -> {
          RawHttp.Answer page = ask(own, "GET", there, "");
          assertThat(page.status()).isEqualTo(200);
          assertThat(ask(own, "HEAD", there, "").header("Content-Length"))
              .isEqualTo(Integer.toString(page.body().getBytes().length));
          assertThat(ask(own, "POST", there, "").status()).isEqualTo(405);
          Problems.check(404, ask(own, "GET", away, ""));
          Problems.check(404, ask(own, "GET", there + "/", ""));
        });
  }
}
