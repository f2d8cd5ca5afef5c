package dev.outpour.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Drives the page: reads what it shows, and waits for it. */
final class PageDriver {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration GLANCE = Duration.ofMillis(50);

  private final ChromeDriver browser;

  PageDriver(ChromeDriver browser) {
    this.browser = browser;
  }

  /** Opens the page and waits until it is live. */
  void open(String url) {
    browser.get(url);
    awaitState("live");
  }

  WebElement field(String id) {
    return browser.findElement(By.id(id));
  }

  String text(String id) {
    return (String) script("return document.getElementById(arguments[0]).textContent", id);
  }

  int count() {
    return Integer.parseInt(text("count").replace(",", ""));
  }

  long rows() {
    return (long) script("return document.querySelectorAll('#rows > li').length");
  }

  /** The texts of all messages shown, oldest first. */
  @SuppressWarnings("unchecked")
  List<String> messages() {
    return (List<String>)
        script(
            "return Array.from(document.querySelectorAll('#rows .message .text'),"
                + " (text) => text.textContent)");
  }

  /** The newest row: the texts of its elements, by class. */
  @SuppressWarnings("unchecked")
  Map<String, String> newest() {
    return (Map<String, String>)
        script(
            "return Object.fromEntries(Array.from("
                + "document.querySelectorAll('#rows > :last-child [class]'),"
                + " (part) => [part.className, part.textContent]))");
  }

  @SuppressWarnings("unchecked")
  List<String> notices() {
    return (List<String>)
        script(
            "return Array.from(document.querySelectorAll('#rows .notice'),"
                + " (notice) => notice.textContent)");
  }

  void awaitMessage(String text) {
    await("message " + text, PATIENCE, () -> messages().contains(text));
  }

  void awaitState(String word) {
    await("state " + word, PATIENCE, () -> text("state-word").equals(word));
  }

  void await(String what, Duration patience, Check check) {
    new WebDriverWait(browser, patience, GLANCE)
        .withMessage(what)
        .until(anyBrowser -> check.holds());
  }

  Object script(String script, Object... arguments) {
    return browser.executeScript(script, arguments);
  }

  /** Runs a script; its last argument is the callback for the result. */
  Object asyncScript(String script) {
    return browser.executeAsyncScript(script);
  }

  void colours(String scheme) {
    var feature = Map.of("name", "prefers-color-scheme", "value", scheme);
    browser.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
  }

  void size(int width, int height, boolean phone) {
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 2, "mobile", phone));
  }

  void withoutScrollbars() {
    browser.executeCdpCommand("Emulation.setScrollbarsHidden", Map.of("hidden", true));
  }

  /** Takes a screenshot for the folder in the property {@code outpour.pictures}. */
  void screenshot(String name) throws IOException {
    Path target =
        Files.createDirectories(Path.of(System.getProperty("outpour.pictures", "target")));
    Files.write(target.resolve(name), browser.getScreenshotAs(OutputType.BYTES));
  }

  /** A condition of the page. */
  @FunctionalInterface
  interface Check {
    boolean holds();
  }
}
