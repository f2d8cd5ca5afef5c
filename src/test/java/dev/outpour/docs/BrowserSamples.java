package dev.outpour.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.http.HeadlessChromium;
import examples.Block;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/**
 * Runs samples for browsers, each as a page that the hub serves. An update published to the
 * sample's topic must appear on the page or in its console, and nothing may fail.
 */
final class BrowserSamples implements AutoCloseable {
  private static final String DATA = "\"seen by the sample\"";
  private static final Pattern SCRIPT =
      Pattern.compile("<script type=\"module\">(.*?)</script>", Pattern.DOTALL);
  private static final Pattern TOPIC =
      Pattern.compile("['\"=]([a-z]+/(?:\\*\\*|\\*|\\d+|\\w+))['\"&]");

  private @Nullable ChromeDriver chromium;

  void run(Scene scene, Block block) throws IOException, InterruptedException {
    Path webroot = scene.directory().resolve("webroot");
    String name = "sample-" + block.line();
    Files.writeString(webroot.resolve(name + ".js"), scene.here(script(block)));
    Files.writeString(
        webroot.resolve(name + ".html"),
        "<!doctype html><title>Sample</title><script type=\"module\" src=\"%s.js\"></script>"
            .formatted(name));
    ChromeDriver page = chromium();
    page.get(scene.url() + "/" + name + ".html");
    List<String> said = new ArrayList<>();
    String topic = topic(block);
    Await.until(() -> shows(scene, page, topic, said), () -> said);
    assertThat(said)
        .filteredOn(line -> !line.contains("favicon"))
        .noneMatch(line -> line.startsWith("SEVERE"));
    page.get("about:blank");
  }

  /** The script, for a file of its own: the policy of the hub's pages forbids inline scripts. */
  private static String script(Block block) {
    Matcher script = SCRIPT.matcher(block.code());
    return script.find() ? script.group(1) : block.code();
  }

  /** Publishes again on each call, since the test cannot see when the page has connected. */
  private static boolean shows(Scene scene, ChromeDriver page, String topic, List<String> said) {
    publish(scene, topic);
    for (LogEntry entry : page.manage().logs().get(LogType.BROWSER)) {
      said.add(entry.getLevel() + " " + entry.getMessage());
    }
    said.add(page.findElement(By.tagName("body")).getText());
    return said.stream().anyMatch(line -> line.contains("seen by the sample"));
  }

  private static void publish(Scene scene, String topic) {
    URI uri = URI.create(scene.url() + "/update?topic=" + topic);
    try {
      HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString(DATA)).build(),
              BodyHandlers.discarding());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** A topic that the sample subscribes to. */
  private static String topic(Block block) {
    Matcher topic = TOPIC.matcher(block.code());
    assertThat(topic.find()).as("a topic in the sample").isTrue();
    return topic.group(1).replaceAll("\\*+", "7");
  }

  private ChromeDriver chromium() {
    if (chromium == null) {
      chromium = HeadlessChromium.start();
    }
    return chromium;
  }

  @Override
  public void close() {
    if (chromium != null) {
      chromium.quit();
    }
  }
}
