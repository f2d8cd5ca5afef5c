package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.TestHub;
import dev.outpour.http.request.RefusedOrigins;
import examples.Document;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.chrome.ChromeDriver;

/** Tests a page of a listed origin in a real browser: it can use everything that is documented. */
class CrossOriginIT {

  private static final Pattern HEADER =
      Pattern.compile("(?:`|-H ')([A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)+|Authorization|Accept)\\b");

  /** The headers that pages may send, each with the request below that sends it. */
  private static final Set<String> SENT =
      Set.of(
          "Accept",
          "Authorization",
          "Content-Type",
          "Idempotency-Key",
          "Last-Event-ID",
          "X-Request-Id");

  private static final Set<String> READ = Set.of("Cache-Control", "Retry-After", "X-Request-Id");

  /**
   * Headers that no page sends or reads: they are for proxies or the browser, or the body repeats
   * them, as it does the challenge of a 401.
   */
  private static final Set<String> OF_OTHERS =
      Set.of(
          "X-Forwarded-For",
          "X-Real-IP",
          "X-Accel-Buffering",
          "Strict-Transport-Security",
          "If-Match",
          "If-Modified-Since",
          "If-Range",
          "If-Unmodified-Since",
          "WWW-Authenticate");

  private static ChromeDriver browser;
  private static PageDriver page;
  private static FaultyFront pages;
  private static TestHub hub;

  @BeforeAll
  static void start() {
    browser = HeadlessChromium.start();
    page = new PageDriver(browser);
    pages = new FaultyFront(0, Map.of("/page.html", "<!doctype html><title>A shop</title>"));
    hub = TestHub.start(listed());
    browser.get(pages.url("/page.html"));
  }

  private static JsonObject listed() {
    return new JsonObject().put("http", new JsonObject().put("origins", List.of(pages.url(""))));
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.quit();
    }
    if (pages != null) {
      pages.close();
    }
    if (hub != null) {
      hub.close();
    }
  }

  /** The status, the requested headers and the body; or why the browser refused. */
  private static JsonObject ask(TestHub asked, String method, String path, JsonObject headers) {
    JsonObject init = new JsonObject().put("method", method).put("headers", headers);
    if (method.equals("POST")) {
      init.put("body", "1");
    }
    return new JsonObject(
        (String)
            page.asyncScript(
                """
                const done = arguments[0];
                const stop = new AbortController();
                fetch('%s', { ...%s, signal: stop.signal }).then(async (answer) => {
                  const read = Object.fromEntries(%s.map((name) => [name, answer.headers.get(name)]));
                  stop.abort();
                  done(JSON.stringify({ status: answer.status, ...read }));
                }).catch((failure) => done(JSON.stringify({ failure: String(failure) })));
                """
                    .formatted(
                        asked.url() + path,
                        init.encode(),
                        READ.stream().map(name -> "'" + name + "'").toList())));
  }

  @Test
  void pageOfAListedOriginUsesEveryMethodAndHeaderThatIsDocumented() {
    Map<String, String> values =
        Map.of(
            "Accept", "text/event-stream, application/json",
            "Authorization", "Bearer x",
            "Content-Type", "application/x-ndjson",
            "Idempotency-Key", "k",
            "Last-Event-ID", "k3f9QzT1aB-1",
            "X-Request-Id", "order-7");
    assertThat(values.keySet()).isEqualTo(SENT);
    List<String> wrong = new ArrayList<>();
    for (String request :
        List.of(
            "GET /events 200",
            "HEAD /events 200",
            "POST /update 200",
            "GET /health 200",
            "GET /metrics 200",
            "GET /openapi.json 200",
            "GET /topics?access_token=%s 200",
            "GET /readers?access_token=%s 200",
            "DELETE /readers/none?access_token=%s 404")) {
      String[] parts = request.formatted(hub.operator()).split(" ");
      for (String header : SENT) {
        JsonObject headers = new JsonObject().put(header, values.get(header));
        JsonObject answer = ask(hub, parts[0], parts[1], headers);
        // A hub without keys accepts no token.
        boolean refused = header.equals("Authorization") && answer.getInteger("status", 0) == 401;
        if (!refused && answer.getInteger("status", 0) != Integer.parseInt(parts[2])) {
          wrong.add(request + " with " + header + ": " + answer);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void pageOfAListedOriginReadsWhatItsRequestIsCalled() {
    JsonObject answer =
        ask(hub, "POST", "/update", new JsonObject().put("X-Request-Id", "order-7"));

    assertThat(answer.getString("X-Request-Id")).isEqualTo("order-7");
  }

  @Test
  void pageOfAListedOriginReadsWhenToTryAgain() {
    TestHub away = TestHub.startWithoutIngest(listed());
    try (away) {
      JsonObject answer = ask(away, "POST", "/update", new JsonObject());

      assertThat(answer.getInteger("status")).isEqualTo(503);
      assertThat(answer.getString("Retry-After")).matches("[1-9]\\d*");
    }
  }

  @Test
  void pageOfAnotherOriginReadsNothingAndTheLogSaysWhatToChange() {
    TestHub closed = TestHub.start();
    try (closed;
        LogLines lines = LogLines.listen()) {
      assertThat(ask(closed, "GET", "/events", new JsonObject()).getString("failure"))
          .contains("Failed to fetch");
      assertThat(ask(closed, "POST", "/update", new JsonObject()).getString("failure"))
          .contains("Failed to fetch");

      Await.until(() -> lines.of(RefusedOrigins.class).size() == 1, lines::troubles);
      assertThat(lines.of(RefusedOrigins.class).get(0))
          .endsWith("\"http\": {\"origins\": [\"" + pages.url("") + "\"]}");
    }
  }

  @Test
  void everyHeaderThatADocumentNamesIsTriedHere() throws IOException {
    Set<String> named = new TreeSet<>();
    for (Document document : Document.all()) {
      HEADER.matcher(document.text()).results().map(MatchResult::group).forEach(named::add);
    }
    named = new TreeSet<>(named.stream().map(name -> name.replaceFirst("^(`|-H ')", "")).toList());
    assertThat(named).contains("Retry-After", "X-Request-Id", "Last-Event-ID");
    named.removeAll(SENT);
    named.removeAll(READ);
    named.removeAll(OF_OTHERS);

    assertThat(named).isEmpty();
  }
}
