package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code bench}, run as users run it. */
class BenchIT {
  private static final String QUIET = "{\"http\": {\"port\": 0}, \"ingest\": {}}";

  @TempDir private Path directory;

  private record Ended(int code, String output, String errors) {}

  private Ended bench(String... options) throws IOException, InterruptedException {
    return bench(List.of(), options);
  }

  private Ended bench(List<String> wrapper, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(HubProcess.QUICK);
    command.addAll(List.of("-jar", System.getProperty("outpour.jar"), "bench"));
    command.addAll(List.of(options));
    Path output = directory.resolve("output");
    Path errors = directory.resolve("errors");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      assertThat(process.waitFor(Await.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), Files.readString(output), Files.readString(errors));
  }

  @Test
  void everySubscriberOfARunningHubReceivesEveryUpdate() throws Exception {
    try (HubProcess hub = HubProcess.start(directory, "-conf", QUIET)) {
      String url = "http://localhost:" + hub.awaitPort();

      Ended ended =
          bench(
              ("--url " + url + " --readers 200 --rate 100 --seconds 1 --warmup 1 --json")
                  .split(" "));

      assertThat(ended.code()).as(ended.errors()).isZero();
      JsonObject result = new JsonObject(ended.output());
      assertThat(result.getInteger("published")).isEqualTo(100);
      assertThat(result.getInteger("delivered")).isEqualTo(200 * 100);
      for (String fault : List.of("lost", "doubled", "outOfOrder", "foreign", "connectionsLost")) {
        assertThat(result.getInteger(fault)).as(fault).isZero();
      }
      JsonObject latency = result.getJsonObject("latencyMillis");
      assertThat(latency.getDouble("p50")).isPositive();
      assertThat(latency.getDouble("p999")).isBetween(latency.getDouble("p50"), 10_000.0);
      assertThat(ended.errors()).contains("200 subscribers", "delivered/s");
    }
  }

  @Test
  void missingHubIsOneClearLine() throws Exception {
    String url = "http://localhost:" + HubProcess.freePort();

    Ended ended = bench("--url", url);

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.output()).isEmpty();
    assertThat(ended.errors().lines())
        .containsExactly(
            "Cannot connect subscribers to "
                + url
                + "/events: connection refused: is the hub running?");
  }

  @Test
  void unknownOptionIsOneClearLine() throws Exception {
    assertInvalid(
        "Unknown option: '--reader'; did you mean --readers? (--help lists the options)",
        bench("--reader"));
  }

  @Test
  void invalidValueIsOneClearLine() throws Exception {
    assertInvalid(
        "--size must be a whole number from 65 to 67108864, but is 5", bench("--size", "5"));
  }

  @Test
  void moreSubscribersThanOpenFilesIsOneClearLine() throws Exception {
    List<String> limited = List.of("sh", "-c", "ulimit -n 500; exec \"$@\"", "sh");
    try (HubProcess hub = HubProcess.start(directory, "-conf", QUIET)) {
      String url = "http://localhost:" + hub.awaitPort();

      Ended ended = bench(limited, "--url", url, "--readers", "1000", "--quiet");

      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.output()).isEmpty();
      assertThat(ended.errors().lines())
          .singleElement()
          .asString()
          .matches(
              "Cannot connect subscribers to "
                  + url
                  + "/events: too many open files: use fewer --readers, or raise 'ulimit -n'"
                  + " \\(after \\d+ of them\\)");
    }
  }

  private static void assertInvalid(String line, Ended ended) {
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.output()).isEmpty();
    assertThat(ended.errors().lines()).containsExactly(line);
  }

  @Test
  void helpNamesEveryOption() throws Exception {
    Ended ended = bench("--help");

    assertThat(ended.code()).isZero();
    assertThat(ended.errors()).isEmpty();
    assertThat(ended.output())
        .startsWith("Usage: java -jar outpour.jar bench")
        .contains("--url", "--readers", "--rate", "--window", "--size", "--topics", "--json");
  }
}
