package dev.outpour.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.TestHub;
import dev.outpour.http.Problems;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The origins whose pages browsers let read and publish. */
public class AllowedOriginsTest {

  private static TestHub hub;

  @BeforeAll
  static void start() {
    List<String> origins =
        List.of("https://shop.example", "https://*.app.example", "http://*.test.example:8080");
    hub = TestHub.start(new JsonObject().put("http", new JsonObject().put("origins", origins)));
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private static RawHttp.Answer ask(String method, String path, String headers) {
    try (RawHttp connection = hub.connect()) {
      String head = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers;
      return connection.send(head + "Content-Length: 1\r\n\r\n1").answer();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://shop.example",
        "https://a.app.example",
        "https://pr-12.app.example",
        "http://x.test.example:8080"
      })
  void pageOfAListedOriginMayPublishAndReadTheAnswer(String origin) {
    RawHttp.Answer answer = ask("POST", "/update", "Origin: " + origin + "\r\n");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(origin);
    assertThat(answer.header("Access-Control-Allow-Credentials")).isNull();
    RawHttp.Answer before = ask("OPTIONS", "/update", "Origin: " + origin + "\r\n");
    assertThat(before.status()).isEqualTo(204);
    assertThat(before.header("Access-Control-Allow-Methods")).isEqualTo("POST");
  }

  public static Stream<String> others() {
    return Stream.of(
        "null",
        "*",
        "https://*.app.example",
        "https://app.example",
        "https://.app.example",
        "https://a.b.app.example",
        "https://a-.app.example",
        "https://evil.example/.app.example",
        "https://evil.example#.app.example",
        "https://a@b.app.example",
        "https://a.app.example.evil.example",
        "https://a.app.example:8443",
        "https://aapp.example",
        "https://A.APP.EXAMPLE",
        "http://a.app.example",
        "http://x.test.example",
        "://a.app.example",
        "a.app.example",
        "https://shop.example.evil.example",
        "https://evilshop.example",
        "https://");
  }

  @ParameterizedTest
  @MethodSource("others")
  void pageOfAnotherOriginMayNot(String origin) {
    RawHttp.Answer answer = ask("POST", "/update", "Origin: " + origin + "\r\n");
    Problems.check(403, answer);
    assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
    RawHttp.Answer before = ask("OPTIONS", "/update", "Origin: " + origin + "\r\n");
    assertThat(before.header("Access-Control-Allow-Origin")).isNull();
    assertThat(before.header("Access-Control-Allow-Methods")).isNull();
  }

  @ParameterizedTest
  @CsvSource({"/,200", "/health,200", "/nothing,404"})
  void cachesAreToldThatAnswersDifferByOrigin(String path, int status) {
    RawHttp.Answer answer = ask("GET", path, "");
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Vary")).containsIgnoringCase("origin");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @Test
  void pageMayNotBeFramedNorLoadOrTellAnythingElsewhere() {
    RawHttp.Answer page = ask("GET", "/", "");
    assertThat(page.header("Content-Security-Policy"))
        .contains("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")
        .doesNotContain("unsafe");
    assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
  }
}
