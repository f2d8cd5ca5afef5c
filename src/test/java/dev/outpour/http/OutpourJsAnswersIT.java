package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.HubProcess;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;

/** Tests {@code outpour.js} in a real browser against a server with scripted answers. */
class OutpourJsAnswersIT {

  private static final String PAGE =
      """
      <!doctype html><title>A page</title>
      <script type="module">
        import { Outpour } from '/outpour.js';
        window.read = (url, options = {}) => {
          window.told = [];
          window.events = new Outpour(url, { share: false, ...options });
          const tell = ({ type, data, lastEventId, status, detail }) =>
            told.push([type, data ?? detail ?? '', lastEventId ?? events.readyState].join('|'));
          for (const type of ['open', 'message', 'error', 'outpour.position', 'outpour.closing']) {
            events.addEventListener(type, tell);
          }
        };
      </script>
      """;

  /** A stream that stays open after this text. */
  private static final String ON = ": and on\n\n";

  private static final int RETRY_MILLIS = 50;
  private static final String RETRY = "retry: " + RETRY_MILLIS + "\n";

  private record Asked(String position, long nanos) {}

  /** Returns the text of a stream for the position of the request. */
  private interface Answer {
    String to(String position);
  }

  private static ChromeDriver browser;
  private static PageDriver page;
  private static Vertx vertx;
  private static HttpServer server;
  private static HttpServer other;

  private static final List<Asked> ASKED = new CopyOnWriteArrayList<>();
  private static final Map<String, HttpServerResponse> OPEN = new ConcurrentHashMap<>();
  private static volatile Answer answer = position -> "";

  @BeforeAll
  static void start() {
    browser = HeadlessChromium.start();
    page = new PageDriver(browser);
    vertx = Vertx.vertx();
    server = listen();
    other = listen();
  }

  private static HttpServer listen() {
    return Await.result(
        vertx.createHttpServer().requestHandler(OutpourJsAnswersIT::handle).listen(0, "localhost"));
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.quit();
    }
    if (vertx != null) {
      Await.result(vertx.close());
    }
  }

  @BeforeEach
  void begin() {
    ASKED.clear();
    OPEN.clear();
    open();
    page.script("sessionStorage.clear()");
  }

  private static void open() {
    browser.get(url(server, "/"));
    page.await("module", Await.LONG, () -> (boolean) page.script("return 'read' in window"));
  }

  @AfterEach
  void leave() {
    page.script("window.events?.close()");
  }

  private static String url(HttpServer of, String path) {
    return "http://localhost:" + of.actualPort() + path;
  }

  private static void handle(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    if (request.path().equals("/outpour.js")) {
      response
          .putHeader(HttpHeaders.CONTENT_TYPE, "text/javascript")
          .sendFile("webroot/outpour.js");
    } else if (!request.path().equals("/events")) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, "text/html").end(PAGE);
    } else if (request.method().equals(HttpMethod.HEAD)) {
      response.end();
    } else {
      String position = request.getHeader("Last-Event-ID");
      ASKED.add(new Asked(position, System.nanoTime()));
      response.putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream;charset=utf-8");
      String text = answer.to(position);
      response.setChunked(true);
      if (text.endsWith(ON)) {
        response.write(text);
        OPEN.put(String.valueOf(position), response);
      } else {
        response.end(text);
      }
    }
  }

  private static void read(String options) {
    page.script("read('/events', " + options + ")");
  }

  @SuppressWarnings("unchecked")
  private static List<String> told() {
    return (List<String>) page.script("return window.told");
  }

  private static void awaitAsked(int times) {
    Await.until(() -> ASKED.size() >= times, ASKED::toString);
  }

  private static void awaitTold(String what) {
    page.await(what, Await.LONG, () -> told().contains(what));
  }

  @ParameterizedTest
  @ValueSource(strings = {"event: outpour.position\ndata: {}\n\n", "\n"})
  void positionsAreShownToNobodyAndAreWhereItGoesOnFrom(String rest) {
    answer =
        position ->
            position == null
                ? RETRY + "id: e-4\n" + rest + "id: e-5\ndata: a\n\nid: e-9\n" + rest
                : RETRY + "id: " + position + "\n" + rest + "id: e-10\ndata: b\n\n" + ON;
    read("{}");
    awaitTold("message|b|e-10");

    assertThat(ASKED).extracting(Asked::position).containsExactly(null, "e-9");
    assertThat(told())
        .filteredOn(told -> !told.startsWith("error"))
        .containsExactly("open||1", "message|a|e-5", "open||1", "message|b|e-10");
    assertThat(page.script("return events.position")).isEqualTo("e-10");
  }

  @Test
  void positionMovesAlongWithoutUpdates() {
    answer = position -> "id: e-4\ndata: a\n\nid: e-9\nevent: outpour.position\ndata: {}\n\n" + ON;
    read("{}");
    awaitTold("message|a|e-4");

    page.await("moved", Await.LONG, () -> "e-9".equals(page.script("return events.position")));
  }

  /** Each answer has only what was sent. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "id: %s\nevent: outpour.closing\ndata: {\"reason\":\"limit\"}\n\n",
        "id: %s\nevent: outpour.position\ndata: {}\n\n",
        "id: %s\n\n",
      })
  void idThatRepeatsWhatWasSentIsNoSuccess(String repeated) {
    answer =
        position ->
            position == null
                ? RETRY + "id: e-4\ndata: a\n\n"
                : RETRY + repeated.formatted(position);
    read("{}");
    awaitAsked(7);

    for (int i = 1; i < 6; i++) {
      long pause = ASKED.get(i + 1).nanos() - ASKED.get(i).nanos();
      assertThat(TimeUnit.NANOSECONDS.toMillis(pause))
          .as("pause " + i)
          .isGreaterThanOrEqualTo(RETRY_MILLIS << i);
    }
    assertThat(ASKED.subList(1, 7)).extracting(Asked::position).containsOnly("e-4");
  }

  @Test
  void tabWhosePlaceIsNotToldYetDoesNotGoByTheNumbersOfAnother() {
    answer =
        position -> {
          String own = position == null ? "e-10" : position;
          return "id: " + own + "\nevent: outpour.position\ndata: {}\n\n" + ON;
        };
    read("{ share: 'all', keep: 'leader' }");
    awaitTold("open||1");
    final String leader = browser.getWindowHandle();
    browser.switchTo().newWindow(WindowType.TAB);
    open();
    page.script("sessionStorage['outpour other ' + new URL('/events', location)] = 'f-50'");
    read("{ share: 'all', keep: 'other' }");
    Await.until(() -> OPEN.containsKey("f-50"), ASKED::toString);
    awaitTold("open||1");

    OPEN.get("null").write("id: e-11\ndata: a\n\n");
    awaitToldTo(leader, "message|a|e-11");
    OPEN.get("f-50")
        .write(
            "id: e-10\nevent: outpour.truncated\ndata: {\"reason\":\"unknown\"}\n\n"
                + "id: e-11\ndata: a\n\n");
    awaitTold("message|a|e-11");
    OPEN.get("null").write("id: e-12\ndata: b\n\n");
    awaitTold("message|b|e-12");

    assertThat(told())
        .filteredOn(told -> told.startsWith("message"))
        .containsExactly("message|a|e-11", "message|b|e-12");
    page.script("events.close()");
    browser.close();
    browser.switchTo().window(leader);
  }

  private static void awaitToldTo(String window, String what) {
    String here = browser.getWindowHandle();
    browser.switchTo().window(window);
    awaitTold(what);
    browser.switchTo().window(here);
  }

  @Test
  void reloadBeginsAnewUnlessItIsToGoOn() {
    answer = position -> "id: e-4\ndata: a\n\n" + ON;
    for (String options : List.of("{}", "{ keep: true }")) {
      for (int i = 0; i < 2; i++) {
        open();
        read(options);
        awaitTold("message|a|e-4");
      }
      assertThat(ASKED.get(ASKED.size() - 1).position())
          .as(options)
          .isEqualTo(options.equals("{}") ? null : "e-4");
    }
  }

  @Test
  void readsOnWhereTheBrowsersStorageIsFull() {
    page.script(
        """
        let chunk = 'x'.repeat(1 << 20);
        while (chunk) {
          try {
            sessionStorage.setItem('full' + sessionStorage.length, chunk);
          } catch {
            chunk = chunk.slice(chunk.length / 2 + 0.5);
          }
        }
        """);
    answer = position -> "id: e-4\ndata: a\n\nid: e-5\ndata: b\n\n" + ON;
    read("{ keep: true }");
    awaitTold("message|b|e-5");

    page.await("told", Await.LONG, () -> told().stream().anyMatch(told -> told.contains("kept")));
    assertThat(ASKED).hasSize(1);
    assertThat(told())
        .filteredOn(told -> told.startsWith("error"))
        .singleElement()
        .asString()
        .startsWith("error|A reload will begin anew, since the position cannot be kept: ")
        .contains("quota")
        .endsWith("|1");
  }

  @Test
  void readsOnWhereTheBrowsersStorageIsForbidden() {
    page.script(
        """
        Object.defineProperty(window, 'sessionStorage', {
          get: () => { throw new DOMException('Access is denied.', 'SecurityError'); },
        });
        """);
    answer = position -> "id: e-4\ndata: a\n\n" + ON;
    read("{ keep: true }");
    awaitTold("message|a|e-4");

    assertThat(told().get(0))
        .startsWith(
            "error|A reload will begin anew, since the position cannot be kept: Access is denied.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "() => { if (!window.late) throw new Error('no session'); return 'x'; }",
        "async () => { if (!window.late) throw new Error('no session'); return 'x'; }",
        "() => window.late ? 'x' : Promise.reject('no session')",
      })
  void tokenThatFailsIsNamedAndAskedForAgain(String token) {
    answer = position -> "id: e-4\ndata: a\n\n" + ON;
    read("{ token: " + token + ", silentAfter: 4000 }");
    page.await("told", Await.LONG, () -> !told().isEmpty());

    assertThat(told().get(0))
        .startsWith("error|There is no token to send: no session. Trying again");
    assertThat(ASKED).isEmpty();
    page.script("window.late = true; events.tryNow()");
    awaitTold("message|a|e-4");
  }

  @Test
  void tokenThatDoesNotComeIsNamed() {
    read("{ token: () => new Promise(() => {}), silentAfter: 1000 }");
    page.await("told", Await.LONG, () -> !told().isEmpty());

    assertThat(told().get(0))
        .startsWith("error|There is no token to send: token() does not answer. Trying again");
  }

  @Test
  void pageOfAnOriginThatIsNotListedIsToldWhereToListIt() {
    answer = position -> "id: e-4\ndata: a\n\n" + ON;
    page.script("read('" + url(other, "/events") + "')");
    page.await("told", Await.LONG, () -> !told().isEmpty());

    assertThat(told().get(0))
        .startsWith(
            "error|Pages of "
                + url(server, "")
                + " may not read the answer: if this stays, list that origin in http.origins of"
                + " the hub. Trying again");
  }

  @Test
  void hubThatIsNotThereIsSaidNotToBeReached() throws Exception {
    page.script("read('http://localhost:" + HubProcess.freePort() + "/events')");
    page.await("told", Await.LONG, () -> !told().isEmpty());

    assertThat(told().get(0)).startsWith("error|The hub cannot be reached. Trying again");
  }
}
