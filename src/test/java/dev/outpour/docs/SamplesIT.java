package dev.outpour.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.Installed;
import dev.outpour.SseClient;
import dev.outpour.TestHub;
import dev.outpour.docs.BreakingHub.Framing;
import dev.outpour.faults.Extent;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs of the language pages, with awkward data and breaking connections. */
class SamplesIT {

  /** The condition with which a program skips positions without an update, and one that is true. */
  private static final Map<String, List<String>> ONLY_UPDATES =
      Map.of(
          "follow.py", List.of("if event is not None:", "if True:"),
          "follow.mjs", List.of("if (event) console", "console"),
          "follow.go", List.of("if update.Event != \"\" {", "if true {"),
          "follow.rs",
              List.of(
                  "if let Some((event, data)) = update {",
                  "let (event, data) = update.unwrap_or_default(); {"),
          "follow.php", List.of("if ($update !== null) {", "if (true) {"));

  /** A shell starts three programs for each of 200 connections. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir private Path directory;

  private final List<Process> processes = new ArrayList<>();

  private Process start(Interpreter interpreter, String url, String name, String... arguments)
      throws IOException {
    Process process = interpreter.start(directory, url, name, arguments);
    processes.add(process);
    return process;
  }

  @AfterEach
  void end() {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private String printed(String name) {
    return Interpreter.read(directory.resolve(name));
  }

  private String publish(TestHub hub, AwkwardData row) throws Exception {
    String event =
        row.event() == null
            ? ""
            : "&event=" + URLEncoder.encode(row.event(), StandardCharsets.UTF_8);
    String answer = hub.post("topic=odd/1" + event, row.contentType(), row.data()).body();
    return Objects.requireNonNull(new JsonObject(answer).getString("id"), answer);
  }

  @ParameterizedTest
  @MethodSource("interpreters")
  void aReaderHandsOutEveryKindOfDataAsItIs(Interpreter interpreter) throws Exception {
    interpreter.prepare(directory);
    try (TestHub hub = TestHub.start()) {
      StringBuilder expected = new StringBuilder();
      for (AwkwardData row : AwkwardData.all()) {
        expected.append(row.printed(publish(hub, row)));
      }
      expected.append(
          new AwkwardData(null, true, "\"last\"").printed(hub.publish("odd/1", "\"last\"")));
      Files.writeString(directory.resolve("position"), "earliest");
      start(interpreter, hub.url(), "follow", "odd/*", "earliest");
      Await.until(
          () -> printed("follow.out").endsWith(" \"last\"\n"),
          () -> tail(printed("follow.out")) + printed("follow.err"));
      assertSame(printed("follow.out"), expected.toString());
    }
  }

  private static String tail(String text) {
    return text.substring(Math.max(0, text.length() - 1000));
  }

  /** Compares long texts, and shows where they differ. */
  private static void assertSame(String actual, String expected) {
    int at = 0;
    int most = Math.min(actual.length(), expected.length());
    while (at < most && actual.charAt(at) == expected.charAt(at)) {
      at++;
    }
    assertThat(part(actual, at)).isEqualTo(part(expected, at));
  }

  private static String part(String text, int at) {
    return text.substring(Math.max(0, at - 60), Math.min(text.length(), at + 60));
  }

  /** {@code listen --json | jq}, as the pages show it, with the event's name beside the data. */
  @Test
  void listenAndJqHandOutEveryKindOfDataAsItIs() throws Exception {
    String jq = Installed.need("jq", "jq") + " -c '.event, .data'";
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    try (TestHub hub = TestHub.start()) {
      StringBuilder expected = new StringBuilder();
      for (AwkwardData row : AwkwardData.all()) {
        publish(hub, row);
        String data = row.isJson() ? row.data() : Json.encode(row.data());
        expected.append("{\"event\": " + Json.encode(row.event()) + ", \"data\": " + data + "}\n");
      }
      Files.writeString(directory.resolve("expected.json"), expected);
      String listen =
          "%s %s -jar %s listen 'odd/*' --since earliest --count %d --json | %s > all.out"
              .formatted(
                  java,
                  String.join(" ", Workplace.QUICK_JVM),
                  System.getProperty("outpour.jar"),
                  AwkwardData.all().size(),
                  jq);
      run(listen + " 2> all.err && " + jq + " < expected.json > expected.out", hub.url());
      assertThat(printed("all.out")).isNotBlank();
      assertSame(printed("all.out"), printed("expected.out"));
    }
  }

  private void run(String command, String url) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                Installed.need("bash", "bash").toString(), "-o", "pipefail", "-c", command)
            .directory(directory.toFile());
    builder.environment().putAll(Map.of("HUB_URL", url, "LC_ALL", "C.UTF-8"));
    Process process = builder.start();
    processes.add(process);
    assertThat(process.waitFor()).as(() -> command + "\n" + printed("all.err")).isZero();
  }

  @ParameterizedTest
  @MethodSource("interpreters")
  void aPublisherSendsEveryKindOfJsonAsItIs(Interpreter interpreter) throws Exception {
    interpreter.prepare(directory);
    try (TestHub hub = TestHub.start()) {
      List<String> stored = new ArrayList<>();
      for (String json : AwkwardData.json()) {
        Process publisher = start(interpreter, hub.url(), "publish", "odd/ä &=+#%?", json);
        assertThat(publisher.waitFor()).as(() -> json + printed("publish.err")).isZero();
        assertThat(printed("publish.out"))
            .as(json)
            .matches("(?s).*\\w-" + (stored.size() + 1) + "\\b.*");
        stored.add(json);
      }
      String topic = URLEncoder.encode("odd/ä &=+#%?", StandardCharsets.UTF_8);
      try (SseClient reader = hub.read("topic=" + topic + "&lastEventId=earliest")) {
        reader.awaitEvents(stored.size());
        assertThat(reader.data()).isEqualTo(stored);
      }
    }
  }

  /** All of them; in brief, the first of each language. */
  private static Stream<Interpreter> interpreters() {
    return Stream.of(Interpreter.values())
        .filter(
            one ->
                !Extent.isBrief()
                    || one.ordinal() == 0
                    || Interpreter.values()[one.ordinal() - 1].language() != one.language());
  }

  /**
   * Shells are slow and share one curl, which handles the framing: one framing for each. In brief,
   * one framing for each program.
   */
  private static Stream<Arguments> interpretersAndFramings() {
    return interpreters()
        .flatMap(
            one ->
                Stream.of(Framing.values())
                    .filter(
                        framing ->
                            one.language() != Language.SHELL && !Extent.isBrief()
                                || framing.ordinal() == one.ordinal() % Framing.values().length)
                    .map(framing -> Arguments.of(one, framing)));
  }

  @ParameterizedTest
  @MethodSource("interpretersAndFramings")
  void aBreakAtAnyByteLosesAndDoublesNothing(Interpreter interpreter, Framing framing)
      throws Exception {
    interpreter.prepare(directory);
    try (BreakingHub hub = new BreakingHub(framing)) {
      Process reader = start(interpreter, hub.url(), "follow", "odd/1");
      Await.within(
          PATIENCE,
          () -> !reader.isAlive(),
          () -> tail(printed("follow.out")) + tail(printed("follow.err")));
      assertThat(hub.hasEnded()).as(() -> printed("follow.err")).isTrue();
      assertSame(printed("follow.out"), hub.printed());
      assertThat(hub.wrong()).as("positions that it came back with").isEmpty();
      assertThat(reader.exitValue()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"PYTHON", "NODE", "GO", "PHP", "RUST", "DASH"})
  void everyPositionIsHandedOutOnceForProgramsThatStoreIt(Interpreter interpreter)
      throws Exception {
    interpreter.language().save(directory);
    List<String> change = ONLY_UPDATES.get("follow." + interpreter.language().suffix());
    if (change != null) {
      Path folder = interpreter.language() == Language.RUST ? Path.of("src/bin") : Path.of("");
      Path file = directory.resolve(folder).resolve("follow." + interpreter.language().suffix());
      String program = Files.readString(file);
      assertThat(program).containsOnlyOnce(change.get(0));
      Files.writeString(file, program.replace(change.get(0), change.get(1)));
    }
    interpreter.compile(directory);
    try (BreakingHub hub = new BreakingHub(Framing.WITHOUT_CHUNKS)) {
      Process reader = start(interpreter, hub.url(), "follow", "odd/1");
      Await.within(PATIENCE, () -> !reader.isAlive(), () -> tail(printed("follow.out")));
      List<String> positions = hub.positions();
      if (interpreter.language() == Language.SHELL) {
        assertThat(printed("position")).isEqualTo(positions.get(positions.size() - 1) + "\n");
      } else {
        assertThat(printed("follow.out").lines().filter(line -> line.startsWith("e-")))
            .map(line -> line.substring(0, positions.get(0).length()))
            .isEqualTo(positions);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("interpreters")
  void aPublisherWhoseAnswerIsCutSendsTheSameAgain(Interpreter interpreter) throws Exception {
    interpreter.prepare(directory);
    try (BreakingHub hub = new BreakingHub(Framing.WITHOUT_CHUNKS)) {
      Process publisher = start(interpreter, hub.url(), "publish", "odd/1", "1");
      assertThat(publisher.waitFor()).as(() -> printed("publish.err")).isZero();
      assertThat(hub.keys()).hasSize(4);
      assertThat(Set.copyOf(hub.keys())).as("keys").hasSize(1);
      assertThat(printed("publish.out")).contains("e-1").hasLineCount(1);
    }
  }
}
