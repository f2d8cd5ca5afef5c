package dev.outpour.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.Installed;
import dev.outpour.http.HeadlessChromium;
import examples.Block;
import examples.Document;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.chrome.ChromeDriver;

/** The samples for pages, in a real browser, with data that careless ones fail on. */
class PageSamplesIT {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Path PAGE = Path.of("docs/how-to/in-a-browser.md");
  private static final String TOPIC = "orders/1";
  private static final String NAMED = "'shipped'";
  private static final String PARSED = "JSON.parse(update.data)";

  /** Keeps what the sample logs, as text. */
  private static final String COLLECT =
      "window.said = []; console.log = (...what) => window.said.push(JSON.stringify(what));";

  @TempDir private static Path temporary;
  private static Scene scene;
  private static ChromeDriver browser;
  private static int pages;

  @BeforeAll
  static void start() throws Exception {
    Installed.need("bash", "bash");
    browser = HeadlessChromium.start();
    scene = new Scene(temporary);
    Files.writeString(scene.directory().resolve("webroot/collect.js"), COLLECT);
  }

  @AfterAll
  static void stop() throws IOException {
    if (browser != null) {
      browser.quit();
    }
    if (scene != null) {
      scene.close();
    }
  }

  @Test
  void outpourJsHandsOutEveryKindOfDataAsItIs() throws Exception {
    String sample = script(sample("html"));
    String listener =
        sample.lines().filter(line -> line.contains(NAMED)).collect(Collectors.joining());
    assertThat(listener).contains("addEventListener(");
    open(sample.replace(listener, forEachName(listener)));

    List<String> expected = saidOf(published(), false);
    assertThat(said()).isEqualTo(expected);
  }

  @Test
  void eventSourceHandsOutEveryKindOfDataAsItIs() throws Exception {
    String sample = sample("js");
    assertThat(sample).containsOnlyOnce(PARSED);
    open(sample.replace(PARSED, "update.data"));

    List<String> expected = saidOf(unnamed(published()), false);
    assertThat(said()).isEqualTo(expected);
  }

  /** The sample expects JSON. Text fails in its listener, and holds no later update up. */
  @Test
  void eventSourceThatParsesJsonHandsOutAllThatIsJson() throws Exception {
    open(sample("js"));

    List<String> expected = saidOf(unnamed(published()), true);
    assertThat(said()).isEqualTo(expected);
  }

  private static String sample(String language) throws IOException {
    return new Document(PAGE, Files.readString(PAGE))
        .blocks().stream()
            .filter(block -> block.language().equals(language))
            .map(Block::code)
            .collect(Collectors.joining());
  }

  private static String script(String html) {
    return html.replaceAll("(?s)<script type=\"module\">(.*)</script>\\s*", "$1");
  }

  /** The line of the sample that listens to one name, for each name in the table. */
  private static String forEachName(String listener) {
    return AwkwardData.all().stream()
        .filter(row -> row.event() != null && !row.event().equals("message"))
        .map(row -> listener.replace(NAMED, new JsonArray().add(row.event()) + "[0]"))
        .collect(Collectors.joining("\n"));
  }

  /**
   * Opens a page with the sample, and waits until it receives what is published. Each page has a
   * name of its own: browsers cannot see that a file has changed within a second.
   */
  private static void open(String sample) throws Exception {
    Path webroot = scene.directory().resolve("webroot");
    String name = "sample-" + ++pages;
    Files.writeString(webroot.resolve(name + ".js"), scene.here(sample));
    Files.writeString(
        webroot.resolve(name + ".html"),
        "<!doctype html><title>Sample</title><script src=\"collect.js\"></script>"
            + "<script type=\"module\" src=\"%s.js\"></script>".formatted(name));
    browser.get("about:blank");
    browser.get(scene.url() + "/" + name + ".html");
    Await.until(
        () -> {
          publish(new AwkwardData(null, true, "\"is anybody there?\""));
          return !said().isEmpty();
        },
        () -> "the sample receives nothing");
    String last = publish(new AwkwardData(null, true, "\"first\""));
    awaitSaid(last);
    browser.executeScript("window.said.length = 0");
  }

  private static void awaitSaid(String id) {
    Await.until(
        () ->
            Boolean.TRUE.equals(
                browser.executeScript(
                    "return (window.said.at(-1) ?? '').includes(arguments[0])", id)),
        () -> "the sample has not received " + id);
  }

  private record Published(String id, AwkwardData row) {}

  /** Publishes the whole table, and waits until the sample has its end. */
  private static List<Published> published() {
    List<Published> all = new ArrayList<>();
    List<AwkwardData> rows = new ArrayList<>(AwkwardData.all());
    rows.add(new AwkwardData(null, true, "\"last\""));
    for (AwkwardData row : rows) {
      all.add(new Published(publish(row), row));
    }
    awaitSaid(all.get(all.size() - 1).id());
    return all;
  }

  private static List<Published> unnamed(List<Published> all) {
    return all.stream()
        .filter(each -> each.row().event() == null || each.row().event().equals("message"))
        .toList();
  }

  @SuppressWarnings("unchecked")
  private static List<String> said() {
    return (List<String>) browser.executeScript("return window.said ?? []");
  }

  /** What the sample should log, as the browser writes it. */
  @SuppressWarnings("unchecked")
  private static List<String> saidOf(List<Published> published, boolean parsed) {
    List<List<String>> rows =
        published.stream()
            .map(
                each -> {
                  String event = each.row().event();
                  String name = event == null || event.equals("message") ? each.id() : event;
                  return List.of(name, each.row().delivered());
                })
            .toList();
    return (List<String>)
        browser.executeScript(
            """
            const expected = [];
            for (const [name, data] of arguments[0]) {
              try {
                expected.push(JSON.stringify([name, arguments[1] ? JSON.parse(data) : data]));
              } catch {}
            }
            return expected;
            """,
            rows,
            parsed);
  }

  private static String publish(AwkwardData row) {
    String event =
        row.event() == null
            ? ""
            : "&event=" + URLEncoder.encode(row.event(), StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(scene.url() + "/update?topic=" + TOPIC + event))
            .header("Content-Type", row.contentType())
            .POST(BodyPublishers.ofString(row.data()))
            .build();
    try {
      String answer = CLIENT.send(request, BodyHandlers.ofString()).body();
      return Objects.requireNonNull(new JsonObject(answer).getString("id"), answer);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(row.toString(), e);
    }
  }
}
