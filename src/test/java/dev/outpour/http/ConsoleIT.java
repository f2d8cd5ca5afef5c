package dev.outpour.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.HubProcess;
import dev.outpour.SseClient;
import dev.outpour.TestHub;
import dev.outpour.auth.Tokens;
import dev.outpour.faults.Extent;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/** Tests the console in a real browser. */
class ConsoleIT {
  private static final String HOSTILE = "<img src=x onerror=\"window.hacked=1\">";
  private static final int READERS = 1_000;
  private static final int PER_SECOND = 50;

  @TempDir private static Path temporary;
  private static ChromeDriver browser;
  private static PageDriver page;
  private static TestHub hub;

  @BeforeAll
  static void start() {
    browser = HeadlessChromium.start();
    page = new PageDriver(browser);
    hub = TestHub.start();
  }

  @AfterAll
  static void stop() {
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

  /** Opens the console with the link that a hub without keys logs. */
  private static void open(String origin, String operator) {
    page.open(origin + "/console.html#token=" + operator);
  }

  private static double number(String id) {
    String text = page.text(id).replaceAll("[^0-9.]", "");
    return text.isEmpty() ? -1 : Double.parseDouble(text);
  }

  private static void await(String what, PageDriver.Check check) {
    page.await(what, Await.LONG, check);
  }

  private static List<?> rows(String id) {
    return (List<?>)
        page.script(
            "return Array.from(document.querySelectorAll('#' + arguments[0] + ' tr'),"
                + " (row) => row.innerText)",
            id);
  }

  @Test
  @Tag(Extent.ALONE)
  @Tag(Extent.FULL)
  void showsAThousandReadersAtFiftyUpdatesASecondAndStaysSmooth() throws Exception {
    String bench =
        "bench --readers %d --rate %d --seconds 120 --quiet --url ".formatted(READERS, PER_SECOND);
    String configuration = "{\"http\": {\"port\": 0}, \"ingest\": {}}";
    try (HubProcess loaded = HubProcess.start(temporary, "-conf", configuration)) {
      String url = "http://localhost:" + loaded.awaitPort();
      String operator = loaded.awaitOperator();
      try (HubProcess load = HubProcess.start(temporary, (bench + url).split(" "));
          SseClient reader = SseClient.to(port(url), "/events?topic=orders/42").open()) {
        open(url, operator);
        await("readers", () -> number("readers") >= READERS);
        await("delivered", () -> Math.abs(number("delivered") - READERS * PER_SECOND) < 2_500);
        await("published", () -> Math.abs(number("published") - PER_SECOND) < 3);
        await("latency", () -> number("latency") > 0);
        await("busiest", () -> rows("topics").toString().contains("bench/"));

        List<?> gaps = smoothness();
        assertThat(load.isAlive()).isTrue();
        assertThat((Long) gaps.get(1))
            .as("of frames, 95 %% are closer than this: %s", gaps)
            .isLessThan(50);
        endByButton(reader);
        takePicture();
      }
    }
  }

  /** Waits until there is more to see in pictures for the documentation. */
  private static void takePicture() throws IOException {
    page.field("connections-topic").clear();
    page.field("connections-topic").sendKeys(Keys.ENTER);
    await("all", () -> number("connections-count") > READERS);
    if (System.getProperty("outpour.pictures") != null) {
      page.await("minutes", Duration.ofMinutes(3), () -> page.text("node").contains("min"));
      page.await(
          "more", Duration.ofMinutes(3), () -> page.text("node").matches(".*min [3-9]\\d s"));
    }
    page.script("document.activeElement.blur()");
    page.withoutScrollbars();
    page.screenshot("console.png");
  }

  private static int port(String url) {
    return Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
  }

  private static List<?> smoothness() throws IOException {
    try (InputStream script = ConsoleIT.class.getResourceAsStream("/page/smoothness.js")) {
      return (List<?>) page.asyncScript(new String(script.readAllBytes(), UTF_8));
    }
  }

  /** Finds a subscriber by its topic, and disconnects it. */
  private static void endByButton(SseClient reader) {
    page.field("connections-topic").sendKeys("orders/42", Keys.ENTER);
    await("found", () -> page.text("connections-count").equals("1 reader of orders/42"));
    assertThat(rows("connections")).singleElement().asString().contains("127.0.0.1", "orders/42");
    browser.findElement(By.cssSelector("#connections button")).click();
    await("question", () -> page.field("ending").isDisplayed());
    assertThat(page.text("ending-text")).contains("orders/42");
    browser.findElement(By.cssSelector("#ending [value=yes]")).click();

    assertThat(reader.awaitWords(1).get(0).data()).contains("ended-by-operator");
    await("told", () -> page.text("connections-outcome").endsWith("was ended."));
    await("gone", () -> page.text("connections-count").equals("0 readers of orders/42"));
    await("counted", () -> rows("closed").toString().contains("ended by an operator"));
  }

  @Test
  void loadsWithoutAnythingForeignOrRefused() {
    browser.manage().logs().get(LogType.BROWSER);
    open(hub.url(), hub.operator());
    await("charts", () -> browser.findElements(By.cssSelector(".plot canvas")).size() == 3);

    assertThat(
            (List<?>)
                page.script("return performance.getEntriesByType('resource').map((e) => e.name)"))
        .hasSizeGreaterThan(10)
        .allSatisfy(name -> assertThat(name).asString().startsWith(hub.url() + "/"));
    assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
        .filteredOn(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .extracting(LogEntry::getMessage)
        .isEmpty();
  }

  @Test
  void publishesAndListensAndShowsMarkupAsText() {
    open(hub.url(), hub.operator());
    page.field("listen-topics").sendKeys('"' + HOSTILE.replace("\"", "\\\"") + '"', Keys.ENTER);
    await("listening", () -> page.text("empty").startsWith("Listening"));
    page.field("send-message").sendKeys(HOSTILE, Keys.ENTER);

    page.awaitMessage(HOSTILE);
    assertThat(page.newest()).containsEntry("topic", HOSTILE);
    await("busiest", () -> rows("topics").toString().contains(HOSTILE));
    await(
        "listed",
        () ->
            page.script("return document.querySelector('#connections').innerText")
                .toString()
                .contains(HOSTILE));
    assertThat(
            page.script(
                "return window.hacked === undefined && !document.querySelector('[onerror]')"))
        .isEqualTo(true);
  }

  @Test
  void takesTheTokenOfTheLinkAndKeepsItInThisTabAlone() {
    try (TestHub other = TestHub.start()) {
      browser.get(other.url() + "/console.html");
      page.awaitState("not allowed");
      assertThat(page.text("trouble-text")).contains("operator's token");

      open(other.url(), other.operator());
      page.awaitState("live");
      await("readers", () -> number("readers") == 1);
      assertThat(browser.getCurrentUrl()).isEqualTo(other.url() + "/console.html");
      assertThat(page.script("return localStorage.length + document.cookie.length")).isEqualTo(0L);

      browser.navigate().refresh();
      page.awaitState("live");
    }
  }

  @Test
  void asksForATokenWithTheRightToOperate() {
    JsonObject key =
        new JsonObject()
            .put("name", "operator")
            .put("sha256", Tokens.sha256("operator-secret"))
            .put("subscribe", new JsonArray().add("**"))
            .put("operate", true);
    JsonObject auth = new JsonObject().put("apiKeys", new JsonArray().add(key));
    try (TestHub closed = TestHub.start(new JsonObject().put("auth", auth))) {
      browser.get(closed.url() + "/console.html");
      page.awaitState("not allowed");
      assertThat(page.text("trouble-text")).isNotBlank();

      page.field("token-text").sendKeys("wrong", Keys.ENTER);
      page.awaitState("not allowed");
      page.field("token-text").sendKeys("operator-secret", Keys.ENTER);
      page.awaitState("live");
      await("readers", () -> number("readers") == 1);
      await("list", () -> page.text("connections-count").equals("1 reader"));
      assertThat(page.field("token").isDisplayed()).isFalse();

      browser.navigate().refresh();
      page.awaitState("live");
      assertThat(page.script("return localStorage.length")).isEqualTo(0L);
      page.field("forget").click();
      page.awaitState("not allowed");
    }
  }

  @Test
  void saysWhenTheConnectionIsSilentAndWhenTheHubIsAway() {
    TestHub leaving = TestHub.start();
    try (FaultyFront front = new FaultyFront(leaving.port(), Map.of())) {
      open(front.url(""), leaving.operator());
      await("figures", () -> number("readers") == 1);

      front.fallSilent();
      page.awaitState("silent");
      assertThat(page.text("trouble-text")).isNotBlank();
      page.awaitState("live");

      leaving.close();
      page.awaitState("reconnecting");
      assertThat(page.text("trouble-text")).contains("Trying again in");
      assertThat(page.text("readers")).isEqualTo("1");
    }
  }

  @Test
  void fitsAPhoneInBothColours() throws Exception {
    page.size(360, 740, true);
    try (SseClient reader = hub.read("topic=phone/" + "wide".repeat(40))) {
      assertThat(reader.status()).isEqualTo(200);
      open(hub.url(), hub.operator());
      hub.publish("phone/" + "wide".repeat(40), "1");
      await(
          "listed",
          () ->
              page.script("return document.querySelector('#connections').innerText")
                  .toString()
                  .contains("wide"));
      await("busiest", () -> rows("topics").toString().contains("wide"));

      assertThat(page.script("return document.documentElement.scrollWidth")).isEqualTo(360L);
      page.screenshot("console-phone.png");
      page.colours("dark");
      page.screenshot("console-phone-dark.png");
    }
  }

  @Test
  void everyFieldAndButtonHasANameAndIsReachedByKeyboard() {
    open(hub.url(), hub.operator());

    assertThat(
            (List<?>)
                page.script(
                    "return Array.from(document.querySelectorAll('input, select,"
                        + " button')).filter((field) => !(field.labels?.length || field.ariaLabel"
                        + " || field.textContent.trim())).map((field) => field.outerHTML)"))
        .isEmpty();
    page.field("connections-topic").sendKeys(Keys.TAB, Keys.TAB);
    page.script("document.getElementById('listen-topics').focus()");
    browser.switchTo().activeElement().sendKeys("keys", Keys.ENTER);
    await("listening", () -> page.text("listen-button").equals("Stop"));
    assertThat(
            page.script(
                "return document.querySelectorAll('.tiles [role=status], .tiles"
                    + " [aria-live]').length"))
        .isEqualTo(0L);
  }
}
