package dev.outpour.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.TestHub;
import dev.outpour.http.Problems;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Request lines: those that two programs could parse differently are refused. */
class RequestTargetTest {

  private static TestHub hub;

  @BeforeAll
  static void start() {
    hub =
        TestHub.start(
            new JsonObject()
                .put("http", new JsonObject().put("hosts", new JsonArray().add("hub.internal"))));
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private static RawHttp.Answer ask(String line, String host) {
    try (RawHttp raw = hub.connect()) {
      return raw.send(line + "\r\nHost: " + host + "\r\n\r\n").answer();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//metrics",
        "/%6detrics",
        "/%6Detrics",
        "/x/../metrics",
        "/../metrics",
        "/./metrics",
        "/x/..",
        "/.",
        "/metrics//",
        "/health//live",
        "/health/%6Cive",
        "/%65vents",
        "/%75pdate",
        "/%2e%2e/metrics",
        "/%2E/metrics",
        "/vendor//x.js",
        "/nothing/./x",
        "/page%2ecss",
        "/%7Euser",
        "/vendor%2Fx.js",
        "/console%5cx.js",
        "/vendor\\x.js",
        "http://localhost//metrics",
        "http://localhost/%6detrics?a=//",
      })
  void pathThatCouldBeWrittenMoreSimplyIsRefusedWhereverItLeads(String path) {
    for (String method : new String[] {"GET", "POST", "OPTIONS"}) {
      JsonObject problem = Problems.check(400, ask(method + " " + path + " HTTP/1.1", "localhost"));
      assertThat(problem.getString("detail")).startsWith("The path is not in its simplest form");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/metrics, 200",
    "/events/, 405",
    "/..metrics, 404",
    "/.../x, 404",
    "/a.b/c..d/.e, 404",
    "/%c3%a4, 404",
    "/a%20b, 404",
    "/readers/a%3Ab, 405",
    "/health?x=//../%6d, 200",
    "http://localhost/metrics, 200",
    "HTTP://LOCALHOST/metrics?x, 200",
    "http://localhost, 200",
    "https://localhost?a, 200",
  })
  void otherPathsAreAnsweredAsWhatTheyAre(String path, int status) {
    String method = status == 405 ? "PUT " : "GET ";
    assertThat(ask(method + path + " HTTP/1.1", "localhost").status()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "http://evil.example/health, localhost, 400, The request target and the header Host",
    "http://localhost/health, evil.example, 400, The request target and the header Host",
    "http://localhost:80/health, localhost, 400, The request target and the header Host",
    "http://user@localhost/health, localhost, 400, The request target and the header Host",
    "http:///health, localhost, 400, The request target and the header Host",
    "ftp://localhost/health, localhost, 400, The path must begin",
    "localhost/health, localhost, 400, The path must begin",
    "http://evil.example/health, evil.example, 403, This hub does not answer under",
  })
  void addressWithTheNameOfAServerHasToAgreeWithTheHeader(
      String target, String host, int status, String detail) {
    JsonObject problem = Problems.check(status, ask("GET " + target + " HTTP/1.1", host));
    assertThat(problem.getString("detail")).startsWith(detail);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET  /health HTTP/1.1",
        "GET /health  HTTP/1.1",
        "GET\t/health HTTP/1.1",
        "GET /health\tHTTP/1.1",
        "GET\u000b/health HTTP/1.1",
        "GET /health\fHTTP/1.1",
        "GET /health HTTP/1.1 ",
        " GET /health HTTP/1.1",
        "\tGET /health HTTP/1.1",
        "GET /health HTTP/1.1\t",
        "GET /health http/1.1",
        "GET /health Http/1.1",
        "GET /health /health HTTP/1.1",
        "GET /health\r HTTP/1.1",
        "GET\r /health HTTP/1.1",
        "GET /hea\rlth HTTP/1.1",
        "GET /health HTTP/1.1\r",
        "GET /hea\0lth HTTP/1.1",
        "GET /health\0 HTTP/1.1",
        "GET /hea\u007flth HTTP/1.1",
      })
  void partsOfTheFirstLineAreDividedByOneSpaceEach(String line) {
    for (String before : new String[] {"", "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"}) {
      try (RawHttp raw = hub.connect()) {
        raw.send(before + line + "\r\nHost: localhost\r\n\r\n");
        if (!before.isEmpty()) {
          assertThat(raw.answer().status()).isEqualTo(200);
        }
        Problems.check(400, raw.answer());
        raw.awaitClose();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\r\n", "\r\n\r\n"})
  void emptyLinesBeforeTheFirstAreLeftAside(String before) {
    try (RawHttp raw = hub.connect()) {
      for (int i = 0; i < 3; i++) {
        raw.send(before + "GET /he").send("alth HTTP/1.1\r").send("\nHost: localhost\r\n\r\n");
        assertThat(raw.answer().status()).isEqualTo(200);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/health?exclude=%zz",
        "/health?x=%",
        "/topics?limit=%4",
        "/events?topic=%g0",
        "/update?topic=%",
        "/page.css?%zz",
        "/nothing?%zz",
      })
  void queryThatCannotBeDecodedIsRefusedWithWhatToChange(String path) {
    JsonObject problem = Problems.check(400, ask("GET " + path + " HTTP/1.1", "localhost"));
    assertThat(problem.getString("detail"))
        .isEqualTo("A '%' in the query is not followed by two hexadecimal digits");
  }
}
