package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.auth.Tokens;
import dev.outpour.faults.Extent;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Puts the description of the API to tools that were written for any: linters, and makers of
 * clients that then publish.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiToolsIT {

  private static final Path DOCUMENT = Path.of("src/main/resources/openapi.json").toAbsolutePath();
  private static final Path PROGRAMS = Path.of("src/test/resources/api").toAbsolutePath();
  private static final String SECRET = "typed-secret";

  private Path node;

  @BeforeAll
  void need() {
    Installed.need("node", "nodejs");
    node = TestTools.need("api-node").resolve("node_modules");
  }

  @Test
  void redoclyHasNothingToSayAboutTheDescription(@TempDir Path folder) throws Exception {
    runIn(folder, tool("redocly"), "lint", "--extends", "recommended-strict", DOCUMENT.toString());
  }

  @Test
  void spectralHasNothingToSayAboutTheDescription(@TempDir Path folder) throws Exception {
    Path rules = Files.writeString(folder.resolve("rules.yaml"), "extends: spectral:oas\n");
    runIn(
        folder,
        tool("spectral"),
        "lint",
        "--fail-severity=hint",
        "--ruleset=" + rules,
        DOCUMENT.toString());
  }

  @Test
  @Tag(Extent.FULL)
  void typescriptClientThatIsGeneratedCompilesAndPublishes(@TempDir Path folder) throws Exception {
    Files.createSymbolicLink(folder.resolve("node_modules"), node);
    Files.writeString(folder.resolve("package.json"), "{\"type\":\"module\"}");
    Files.copy(PROGRAMS.resolve("publish.ts"), folder.resolve("publish.ts"));
    runIn(folder, tool("openapi-typescript"), DOCUMENT.toString(), "--output", "api.d.ts");
    runIn(
        folder,
        tool("tsc"),
        "--strict",
        "--target",
        "es2022",
        "--module",
        "nodenext",
        "--lib",
        "es2022,dom,dom.iterable",
        "publish.ts");
    try (TestHub hub = hub();
        SseClient reader = hub.read("topic=typed/*&access_token=" + SECRET)) {
      List<String> printed = runIn(folder, "node", "publish.js", hub.url(), SECRET);
      String id = reader.awaitEvents(2).get(0).id();
      assertThat(printed)
          .containsExactly(
              "receipt " + id + " false true",
              "receipt " + id + " true true",
              "text true",
              "problem 403 true",
              "health up");
      assertThat(reader.events().get(0).name()).isEqualTo("made");
      assertThat(reader.events())
          .extracting(SseParser.Event::data)
          .containsExactly("{\"by\":\"types\"}", "just text");
    }
  }

  @Test
  void pythonClientThatIsGeneratedPublishes(@TempDir Path folder) throws Exception {
    Installed.need("python3", "python3");
    Path python = TestTools.need("openapi-python-client");
    runIn(
        folder,
        python,
        "python3",
        python.resolve("bin/openapi-python-client").toString(),
        "generate",
        "--meta",
        "none",
        "--path",
        DOCUMENT.toString(),
        "--output-path",
        "hub");
    Files.copy(PROGRAMS.resolve("publish.py"), folder.resolve("publish.py"));
    try (TestHub hub = hub();
        SseClient reader = hub.read("topic=typed/*&access_token=" + SECRET)) {
      List<String> printed = runIn(folder, python, "python3", "publish.py", hub.url(), SECRET);
      String id = reader.awaitEvents(1).get(0).id();
      assertThat(printed)
          .containsExactly(
              "receipt " + id + " False True",
              "receipt " + id + " True True",
              "problem 403 True",
              "problem 400 True",
              "health up");
      assertThat(reader.events())
          .extracting(SseParser.Event::data)
          .containsExactly("{\"by\":\"python\"}");
    }
  }

  private static TestHub hub() {
    JsonArray own = new JsonArray().add("typed/*");
    JsonObject key =
        new JsonObject()
            .put("name", "types")
            .put("sha256", Tokens.sha256(SECRET))
            .put("publish", own)
            .put("subscribe", own);
    return TestHub.start(
        new JsonObject()
            .put("auth", new JsonObject().put("apiKeys", new JsonArray().add(key)))
            .put(
                "http",
                new JsonObject()
                    .put("serve", new JsonArray(List.of("events", "update", "health")))));
  }

  private String tool(String name) {
    return node.resolve(".bin").resolve(name).toString();
  }

  private List<String> runIn(Path folder, String... command) throws Exception {
    return runIn(folder, folder, command);
  }

  /** Runs a program, which must succeed, and returns its output. */
  private static List<String> runIn(Path folder, Path python, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("PYTHONPATH", python.toString());
    builder
        .environment()
        .merge("PATH", python.resolve("bin").toString(), (path, more) -> more + ":" + path);
    builder.environment().put("REDOCLY_TELEMETRY", "off");
    builder.environment().put("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    Process process = builder.start();
    process.getOutputStream().close();
    List<String> printed = process.inputReader().lines().toList();
    assertThat(process.waitFor()).as("%s: %s", command[0], String.join("\n", printed)).isZero();
    return printed;
  }
}
