package dev.outpour.http;

import static java.net.URLEncoder.encode;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.HubProcess;
import dev.outpour.RawHttp;
import dev.outpour.SteadyPublisher;
import examples.Document;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/** Tests {@code outpour.js} in tabs of a real browser, behind a faulty proxy. */
class OutpourJsIT {
  private static final String CONFIGURATION =
      "{\"http\": {\"port\": %d, \"drainSeconds\": 0}, \"ingest\": {}}";
  private static final int PER_SECOND = 40;
  private static final int SILENT_MS = 4_000;

  @TempDir private static Path temporary;
  private static ChromeDriver browser;
  private static PageDriver page;
  private static int port;
  private static HubProcess hub;
  private static String operator;
  private static FaultyFront front;

  private final Map<String, String> tabs = new LinkedHashMap<>();

  @BeforeAll
  static void start() throws Exception {
    browser = HeadlessChromium.start();
    page = new PageDriver(browser);
    port = HubProcess.freePort();
    String sample = sample().replace("localhost:3000", "localhost:" + port);
    front =
        new FaultyFront(
            port,
            Map.of(
                "/tab.html", text("tab.html"), "/tab.js", text("tab.js"), "/sample.html", sample));
    startHub();
  }

  private static String sample() throws IOException {
    return Document.all().stream()
        .filter(document -> document.path().endsWith("in-a-browser.md"))
        .flatMap(document -> document.blocks("html").stream())
        .collect(Collectors.joining());
  }

  /** Starts the hub again with the same port and log. */
  private static void startHub() throws Exception {
    hub =
        HubProcess.start(
            temporary,
            Map.of(),
            List.of("-Doutpour.http.origins=" + front.url("")),
            "-conf",
            CONFIGURATION.formatted(port));
    hub.awaitPort();
    operator = hub.awaitOperator();
  }

  private static String text(String name) throws IOException {
    try (InputStream content = OutpourJsIT.class.getResourceAsStream("/page/" + name)) {
      return new String(content.readAllBytes(), UTF_8);
    }
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.quit();
    }
    if (front != null) {
      front.close();
    }
    if (hub != null) {
      hub.close();
    }
  }

  /** Closes all but one window, for the next test. */
  @AfterEach
  void closeTabs() {
    String rest = browser.switchTo().newWindow(WindowType.TAB).getWindowHandle();
    for (String window : browser.getWindowHandles()) {
      if (!window.equals(rest)) {
        browser.switchTo().window(window).close();
      }
    }
    browser.switchTo().window(rest);
    Await.until(() -> front.readers().isEmpty(), front::readers);
  }

  private void open(String name, String query, String more) {
    browser.switchTo().newWindow(WindowType.TAB);
    tabs.put(name, browser.getWindowHandle());
    String url = encode("/events?" + query, UTF_8);
    browser.get(front.url("/tab.html?name=" + name + "&url=" + url + more));
  }

  /** Opens tabs one by one, and waits until each is subscribed. */
  private void openAll(String query, String more, String... names) {
    for (String name : names) {
      open(name, query, more);
      page.await(name, Await.LONG, () -> told().contains("open"));
    }
  }

  private void look(String name) {
    browser.switchTo().window(tabs.get(name));
  }

  @SuppressWarnings("unchecked")
  private List<Long> seen() {
    return (List<Long>) page.script("return window.seen ?? []");
  }

  private static long newest(List<Long> seen) {
    return seen.isEmpty() ? -1 : seen.get(seen.size() - 1);
  }

  @SuppressWarnings("unchecked")
  private List<String> told() {
    return (List<String>) page.script("return window.told ?? []");
  }

  /** Returns the only tab with a stream, which serves all. */
  private static String leader() {
    Await.until(() -> front.readers().size() == 1, front::readers);
    return front.readers().get(0).substring("Bearer ".length());
  }

  private void awaitSeen(String name, long number) {
    look(name);
    page.await(name + " at " + number, Await.LONG, () -> newest(seen()) >= number);
  }

  /** Publishes some more, and waits until all tabs have them. */
  private void awaitMore(SteadyPublisher publisher) {
    long next = publisher.acknowledged() + 5;
    Await.until("published", () -> publisher.acknowledged() > next);
    tabs.keySet().forEach(name -> awaitSeen(name, next));
  }

  private void assertSeenOnceAndInOrder(String name, long last) {
    awaitSeen(name, last);
    List<Long> seen = seen();
    assertThat(seen).as(name).isEqualTo(LongStream.rangeClosed(seen.get(0), last).boxed().toList());
  }

  @Test
  void everyTabSeesAllOnceAndInOrderOverOneConnection() throws Exception {
    openAll("topic=tabs", "&silent=" + SILENT_MS, "a", "b", "c", "d");
    assertThat(leader()).isEqualTo("a");
    SteadyPublisher publisher = new SteadyPublisher(port, "n", "tabs", PER_SECOND);
    try (publisher) {
      awaitMore(publisher);
      for (String name : List.of("b", "a")) {
        look(name);
        browser.navigate().refresh();
      }
      awaitMore(publisher);
      String leader = leader();
      look(leader);
      crash();
      tabs.remove(leader);
      awaitMore(publisher);
      String busy = leader();
      look(busy);
      page.script(
          "setTimeout(() => { const end = Date.now() + arguments[0]; while (Date.now() < end); })",
          SILENT_MS + 3_000);
      Await.until(() -> !front.readers().contains("Bearer " + busy), front::readers);
      awaitMore(publisher);
      hub.terminate().awaitExit();
      Await.until(() -> front.answers().contains(502), front::answers);
      startHub();
      awaitMore(publisher);

      leader();
      front.fallSilent();
      awaitMore(publisher);
      leader();
    }

    for (String name : tabs.keySet()) {
      assertSeenOnceAndInOrder(name, publisher.acknowledged() - 1);
    }
    assertThat(told())
        .anyMatch(told -> told.startsWith("closing "))
        .anyMatch(told -> told.startsWith("resumed "))
        .anyMatch(told -> told.startsWith("0 502 "))
        .anyMatch(told -> told.startsWith("0 0 Nothing was heard for 4 s."))
        .noneMatch(told -> told.startsWith("truncated "));
    publish("tabs&end=true", 0);
    for (String name : tabs.keySet()) {
      look(name);
      page.await(name + " ended", Await.LONG, () -> newestWord().startsWith("2 204 "));
      assertThat(told()).contains("ended {\"topic\":\"tabs\"}");
    }
  }

  private String newestWord() {
    List<String> told = told();
    return told.isEmpty() ? "" : told.get(told.size() - 1);
  }

  private static void crash() {
    try {
      browser.executeCdpCommand("Page.crash", Map.of());
    } catch (WebDriverException e) {
      // The tab cannot answer any more.
    }
    browser.close();
  }

  private static void publish(String topicAndMore, int number) {
    try (RawHttp connection = RawHttp.connect(port)) {
      String data = "{\"key\":\"n-" + number + "\"}";
      String head =
          "POST /update?topic=%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n";
      String request = head.formatted(topicAndMore, data.length()) + data;
      assertThat(connection.send(request).answer().status()).isEqualTo(200);
    }
  }

  @Test
  void whatIsReadDifferentlyIsNotMixed() throws Exception {
    openAll("topic=mixed/1", "", "one");
    openAll("topic=mixed/2", "", "two");
    publish("mixed/1", 1);
    publish("mixed/2", 2);
    publish("mixed/1", 3);
    publish("mixed/2", 4);

    awaitSeen("one", 3);
    assertThat(seen()).containsExactly(1L, 3L);
    awaitSeen("two", 4);
    assertThat(seen()).containsExactly(2L, 4L);
    assertThat(front.readers()).containsExactlyInAnyOrder("Bearer one", "Bearer two");
  }

  @Test
  void tabsOfABrowserWithoutLocksReadOnConnectionsOfTheirOwn() throws Exception {
    openAll("topic=alone", "&alone", "one", "two");
    publish("alone", 1);
    awaitSeen("one", 1);
    browser.navigate().refresh();
    publish("alone", 2);

    for (String name : tabs.keySet()) {
      awaitSeen(name, 2);
      assertThat(seen()).containsExactly(1L, 2L);
    }
    assertThat(front.readers()).containsExactlyInAnyOrder("Bearer one", "Bearer two");
  }

  @Test
  void whoIsRefusedIsToldWhyAndAsksNoMore() {
    open("refused", "topic=half*star", "");

    page.await("refused", Await.LONG, () -> newestWord().startsWith("2 400 "));
    assertThat(newestWord()).contains("half*star");
    assertThat(told()).hasSize(1);
    assertThat(front.answers()).filteredOn(status -> status == 400).hasSize(1);
  }

  @Test
  void theSampleInTheReadmeReadsInAPageOfAnotherOrigin() throws Exception {
    browser.manage().logs().get(LogType.BROWSER);
    browser.get(front.url("/sample.html"));
    Await.until("subscribed", () -> readersOf("orders/7") == 1);
    publish("orders/7", 1);
    publish("orders/7&event=shipped", 2);

    List<String> logged = new ArrayList<>();
    page.await("logged", Await.LONG, () -> loggedMore(logged).contains("n-2"));
    assertThat(logged).hasSize(2);
    assertThat(logged.get(0)).containsPattern("\\w{8,}-\\d+").contains("n-1");
    assertThat(logged.get(1)).contains("shipped").contains("n-2");
  }

  private static String loggedMore(List<String> logged) {
    for (LogEntry entry : browser.manage().logs().get(LogType.BROWSER)) {
      logged.add(entry.getMessage());
    }
    return logged.toString();
  }

  private static int readersOf(String topic) {
    return new JsonObject(get("/readers?topic=" + topic + "&access_token=" + operator).body())
        .getInteger("count");
  }

  private static RawHttp.Answer get(String path) {
    try (RawHttp connection = RawHttp.connect(port)) {
      return connection.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").answer();
    }
  }

  @Test
  void isSmallAndServedLikeAnyPage() throws Exception {
    RawHttp.Answer answer = get("/outpour.js");
    RawHttp.Answer other = get("/page.js");

    assertThat(answer.status()).isEqualTo(200);
    for (String name : List.of("content-type", "cache-control", "content-security-policy")) {
      assertThat(answer.header(name)).as(name).isEqualTo(other.header(name));
    }
    assertThat(answer.header("content-type")).startsWith("text/javascript");
    assertThat(gzipped(answer.body())).isLessThan(5 * 1024);
  }

  private static int gzipped(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(UTF_8));
    }
    return bytes.size();
  }
}
