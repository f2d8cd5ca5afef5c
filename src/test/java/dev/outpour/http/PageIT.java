package dev.outpour.http;

import static java.net.URLEncoder.encode;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.HubProcess;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/** Tests the page in a real browser, against the packaged server. */
class PageIT {
  private static final String HOSTILE = "<img src=x onerror=\"window.hacked=1\">";
  private static final String CONFIGURATION =
      """
      {
        "http": { "host": "localhost", "port": %1$d },
        "ingest": {},
        "history": { "store": "memory" },
        "simulator": { "url": "http://localhost:%1$d/update", "everyMillis": 5000 }
      }
      """;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir private static Path temporary;
  private static ChromeDriver browser;
  private static int port;
  private static HubProcess hub;
  private static PageDriver page;

  @BeforeAll
  static void startHubAndBrowser() throws Exception {
    browser = HeadlessChromium.start();
    page = new PageDriver(browser);
    port = HubProcess.freePort();
    startHub();
  }

  /** Uses the same port each time, so that the page can reconnect. */
  private static void startHub() throws Exception {
    hub = HubProcess.start(temporary, "-conf", CONFIGURATION.formatted(port));
    hub.awaitPort();
  }

  private static String url(String pathAndQuery) {
    return "http://localhost:" + port + pathAndQuery;
  }

  @AfterAll
  static void stopHubAndBrowser() {
    if (browser != null) {
      browser.quit();
    }
    if (hub != null) {
      hub.close();
    }
  }

  @BeforeEach
  void lightAndWide() {
    page.colours("light");
    page.size(1280, 860, false);
  }

  @Test
  void showsWhatTheSimulatorSends() {
    page.open(url("/"));
    int before = page.count();

    page.await("simulator", Duration.ofSeconds(6), () -> page.count() > before);

    assertThat(page.newest()).containsEntry("topic", "updates");
    assertThat(page.newest().get("id")).matches("[0-9A-Za-z]{8,}-\\d+");
    assertThat(page.newest().get("time")).matches("\\d\\d:\\d\\d:\\d\\d");
    assertThat(page.newest().get("text")).isNotBlank();
  }

  @Test
  void loadsWithoutAnythingMissingForeignOrRefused() {
    browser.manage().logs().get(LogType.BROWSER);
    page.open(url("/"));

    assertThat(page.script("return performance.getEntriesByType('resource').map((e) => e.name)"))
        .asInstanceOf(InstanceOfAssertFactories.list(String.class))
        .hasSizeGreaterThan(3)
        .allMatch(name -> name.startsWith(url("/")));
    assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
        .filteredOn(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .extracting(LogEntry::getMessage)
        .isEmpty();
  }

  @Test
  void itsModulesFollowTheStandard() throws IOException {
    page.open(url("/"));

    try (InputStream script = PageIT.class.getResourceAsStream("/page/modules.js")) {
      assertThat(page.asyncScript(new String(script.readAllBytes(), UTF_8))).isEqualTo(List.of());
    }
  }

  @Test
  void sendsAMessage() {
    page.open(url("/?topic=sent/here"));

    page.field("send-message").sendKeys("sent from the page");
    page.field("send-message").submit();

    page.awaitMessage("sent from the page");
    page.await(
        "outcome", Duration.ofSeconds(5), () -> page.text("outcome").startsWith("Published as "));
    assertThat(page.text("outcome")).isEqualTo("Published as " + page.newest().get("id"));
    assertThat(page.field("send-message").getDomProperty("value")).isEmpty();
  }

  @Test
  void saysWhyAMessageWasRefused() {
    page.open(url("/?topic=refused"));

    page.field("send-topic").sendKeys("no/*/patterns");
    page.field("send-message").sendKeys("kept", Keys.ENTER);

    page.await(
        "refusal",
        Duration.ofSeconds(5),
        () -> "failed".equals(page.field("outcome").getDomAttribute("data-outcome")));
    assertThat(page.text("outcome")).isNotBlank().doesNotStartWith("The server answered");
    assertThat(page.field("send-message").getDomProperty("value")).isEqualTo("kept");
  }

  @Test
  void showsOnlyWhatIsListenedTo() throws Exception {
    page.open(url("/?topic=elsewhere"));

    page.field("listen-topics").clear();
    page.field("listen-topics").sendKeys("orders/*, rooms/**", Keys.ENTER);
    page.await("address", Duration.ofSeconds(5), () -> browser.getCurrentUrl().contains("rooms"));
    page.awaitState("live");
    publish("topic=orders/1/lines", "{\"message\":\"too deep\"}");
    publish("topic=updates", "{\"message\":\"another topic\"}");
    publish("topic=orders/1", "{\"message\":\"an order\"}");
    publish("topic=rooms/1/door", "{\"message\":\"a door\"}");
    page.awaitMessage("a door");

    assertThat(page.messages()).containsExactly("an order", "a door");

    page.open(browser.getCurrentUrl());
    page.awaitMessage("a door");
    assertThat(page.messages()).containsExactly("an order", "a door");
    assertThat(page.field("listen-topics").getDomProperty("value")).isEqualTo("orders/* rooms/**");

    browser.navigate().back();
    page.await(
        "back",
        Duration.ofSeconds(5),
        () -> "elsewhere".equals(page.field("listen-topics").getDomProperty("value")));
  }

  @Test
  void saysWhyItDoesNotListen() {
    browser.get(url("/?topic=half*pattern"));

    page.awaitState("closed");

    assertThat(page.text("trouble-text")).isNotBlank().doesNotStartWith("The server answered");
  }

  @Test
  void showsNamedEventsTextAndNumbersAsTheyAre() throws Exception {
    page.open(url("/?topic=kinds"));

    publish("topic=kinds&event=shipped", "{ \"order\": 9007199254740993,\n \"by\": [1, 2] }");
    page.awaitMessage("{\"order\": 9007199254740993, \"by\": [1, 2]}");
    assertThat(page.newest()).containsEntry("event", "shipped").containsEntry("topic", "kinds");

    send("topic=kinds", "text/plain", "two\nlines");
    page.awaitMessage("two\nlines");
  }

  @Test
  void showsMarkupAsText() throws Exception {
    String topic = encode(HOSTILE, UTF_8);
    page.open(url("/?topic=" + topic + "#" + topic));

    String quoted = '"' + HOSTILE.replace("\"", "\\\"") + '"';
    publish("topic=" + topic + "&event=" + topic, "{\"message\":" + quoted + "}");
    page.awaitMessage(HOSTILE);
    assertThat(page.newest())
        .containsEntry("topic", HOSTILE)
        .containsEntry("event", HOSTILE)
        .containsEntry("text", HOSTILE);
    send("topic=" + topic, "text/plain", "</li>" + HOSTILE);
    page.awaitMessage("</li>" + HOSTILE);
    publish("topic=" + topic, "{" + quoted + ":1}");
    page.await("JSON", Duration.ofSeconds(10), () -> page.count() == 3);
    assertNothingRan();

    browser.get(url("/?topic=*" + topic));
    page.awaitState("closed");
    assertNothingRan();
  }

  @Test
  void goesOnWhenTheServerIsBack() throws Exception {
    page.open(url("/?topic=restarts"));
    publish("topic=restarts", "{\"message\":\"before\"}");
    page.awaitMessage("before");

    hub.terminate().awaitExit();
    page.awaitState("reconnecting");
    startHub();
    page.awaitState("live");
    publish("topic=restarts", "{\"message\":\"after\"}");
    page.awaitMessage("after");

    assertThat(page.messages()).containsExactly("before", "after");
    assertThat(page.notices()).anyMatch(notice -> notice.contains("outpour.closing"));
    assertThat(page.notices())
        .anyMatch(notice -> notice.contains("outpour.truncated") && notice.contains("unknown"));
  }

  @Test
  void saysThatWhatItListensToHasEnded() throws Exception {
    page.open(url("/?topic=builds/7"));
    publish("topic=builds/7", "{\"message\":\"compiling\"}");
    publish("topic=builds/7&end=true", "{\"message\":\"done\"}");

    page.await("end", Duration.ofSeconds(1), () -> page.text("state-word").equals("ended"));

    assertThat(page.messages()).containsExactly("compiling", "done");
    assertThat(page.notices()).singleElement().asString().contains("The topic builds/7 has ended.");
    assertThat(page.text("trouble-text")).contains("there will be no more messages");
    assertThat(page.text("try-now")).isEqualTo("Connect again");
  }

  @Test
  void eventSourceOfTheBrowserStopsByItselfWhenItsTopicHasEnded() throws Exception {
    page.open(url("/?topic=elsewhere"));
    publish("topic=builds/8", "{\"message\":\"compiling\"}");
    page.script(
        """
        window.seen = [];
        const source = new EventSource('/events?topic=builds/8&lastEventId=earliest');
        source.onmessage = (event) => seen.push(JSON.parse(event.data).message);
        source.addEventListener('outpour.ended', (event) => seen.push(JSON.parse(event.data).topic));
        source.onerror = () => seen.push(source.readyState === 2 ? 'closed' : 'again');
        """);
    publish("topic=builds/8&end=true", "{\"message\":\"done\"}");

    page.await(
        "closed",
        Duration.ofSeconds(20),
        () -> page.script("return seen.includes('closed')").equals(true));

    assertThat(page.script("return seen"))
        .isEqualTo(List.of("compiling", "done", "builds/8", "again", "closed"));
  }

  @Test
  void staysQuickWithTenThousandMessages() throws Exception {
    page.open(url("/?topic=flood"));

    String lines =
        IntStream.rangeClosed(1, 10_000)
            .mapToObj(number -> "{\"message\":\"number " + number + "\"}\n")
            .collect(Collectors.joining());
    send("topic=flood", "application/x-ndjson", lines);
    page.await("10,000 messages", Duration.ofSeconds(60), () -> page.count() == 10_000);
    page.awaitMessage("number 10000");
    assertThat(page.rows()).isLessThanOrEqualTo(500);

    long clicked = System.nanoTime();
    page.field("pause").click();
    page.await("pause", Duration.ofSeconds(5), () -> page.text("pause").startsWith("Resume"));
    assertThat(Duration.ofNanos(System.nanoTime() - clicked)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void holdsStillWhilePausedAndWhileReadFurtherUp() throws Exception {
    page.open(url("/?topic=pauses"));
    for (int number = 1; number <= 40; number++) {
      publish("topic=pauses", "{\"message\":\"number " + number + "\"}");
    }
    page.awaitMessage("number 40");

    page.field("pause").click();
    publish("topic=pauses", "{\"message\":\"number 41\"}");
    page.await("counted", Duration.ofSeconds(5), () -> page.text("pause").equals("Resume · 1 new"));
    assertThat(page.messages()).hasSize(40);
    page.field("pause").click();
    page.awaitMessage("number 41");

    page.script("document.getElementById('log').scrollTop = 0");
    page.await("jump", Duration.ofSeconds(5), () -> page.field("jump").isDisplayed());
    publish("topic=pauses", "{\"message\":\"number 42\"}");
    page.awaitMessage("number 42");
    assertThat(page.script("return document.getElementById('log').scrollTop")).isEqualTo(0L);
    assertThat(page.text("jump")).isEqualTo("Jump to newest · 1 new");
    page.field("jump").click();
    page.await("newest", Duration.ofSeconds(5), () -> !page.field("jump").isDisplayed());
  }

  @Test
  void worksByKeyboardAlone() {
    page.open(url("/?topic=keys"));

    Actions keyboard = new Actions(browser);
    for (int tabs = 0; tabs < 15 && !"send-message".equals(focused()); tabs++) {
      keyboard.sendKeys(Keys.TAB).perform();
    }
    assertThat(focused()).isEqualTo("send-message");
    keyboard.sendKeys("typed", Keys.ENTER).perform();

    page.awaitMessage("typed");
    assertThat(focused()).isEqualTo("send-message");
  }

  @Test
  void tellsAScreenReaderOfNewMessagesInSum() throws Exception {
    page.open(url("/?topic=spoken"));

    send("topic=spoken", "application/x-ndjson", "{\"message\":\"a\"}\n".repeat(300));

    page.await(
        "summary",
        Duration.ofSeconds(20),
        () -> page.text("news").matches("\\d+ new messages. The latest on spoken: a"));
    assertThat(page.script("return document.querySelector('#log[aria-live], #log [aria-live]')"))
        .isNull();
  }

  @Test
  void fitsAPhone() throws Exception {
    page.size(360, 740, true);
    page.open(url("/?topic=phone/**"));

    publish("topic=phone/" + "wide".repeat(40), "{\"message\":\"" + "unbroken".repeat(60) + "\"}");
    page.awaitMessage("unbroken".repeat(60));

    assertThat(page.script("return document.documentElement.scrollWidth")).isEqualTo(360L);
    assertThat(page.field("send-message").isDisplayed()).isTrue();
  }

  @Test
  void followsTheColourSchemeAndPosesForPictures() throws Exception {
    page.open(url("/?topic=orders/**&topic=sensors/**&topic=notes"));
    publish("topic=orders/1041&event=paid", "{\"message\":\"Order 1041 is paid\"}");
    publish("topic=orders/1042&event=packed", "{\"message\":\"Order 1042 is packed\"}");
    publish("topic=sensors/hall", "{\"celsius\":21.4,\"humidity\":0.46}");
    publish("topic=orders/1042&event=shipped", "{\"message\":\"Order 1042 has left the house\"}");
    send("topic=notes", "text/plain", "Plain text is shown as it is,\nline by line.");
    publish("topic=sensors/roof&event=gust", "{\"metresPerSecond\":17.9}");
    publish("topic=orders/1041&event=packed", "{\"message\":\"Order 1041 is packed\"}");
    publish("topic=sensors/hall", "{\"celsius\":21.6,\"humidity\":0.45}");
    publish("topic=orders/1041&event=shipped", "{\"message\":\"Order 1041 follows\"}");
    publish("topic=orders/1043&event=placed", "{\"message\":\"Order 1043: three umbrellas\"}");
    page.awaitMessage("Order 1043: three umbrellas");

    assertThat(brightness()).isGreaterThan(600);
    page.screenshot("page-light.png");
    page.colours("dark");
    assertThat(brightness()).isLessThan(150);
    page.screenshot("page-dark.png");
    page.colours("light");
    page.size(360, 740, true);
    page.screenshot("page-phone.png");
  }

  private static void assertNothingRan() {
    assertThat(page.script("return window.hacked === undefined")).isEqualTo(true);
    assertThat(page.script("return document.querySelectorAll('[onerror], img[src=x]').length"))
        .isEqualTo(0L);
  }

  private static String focused() {
    return (String) page.script("return document.activeElement.id");
  }

  private static int brightness() {
    String colour = (String) page.script("return getComputedStyle(document.body).backgroundColor");
    String[] parts = colour.replaceAll("[^0-9,]", "").split(",", 3);
    return Arrays.stream(parts).mapToInt(Integer::parseInt).sum();
  }

  private static void publish(String query, String json) throws Exception {
    send(query, "application/json", json);
  }

  private static void send(String query, String type, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(url("/update?" + query)))
            .header("Content-Type", type)
            .timeout(Duration.ofSeconds(60))
            .POST(BodyPublishers.ofString(body))
            .build();
    var response = CLIENT.send(request, BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }
}
