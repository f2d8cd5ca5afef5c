package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import examples.Document;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs what the documentation shows after {@code $}, each page from top to bottom against a hub of
 * its own, and compares what comes: ids to the number, but for the log's name; not times.
 */
class ReadmeIT {
  private static final String QUIET = "{\"http\": {\"port\": 0}, \"ingest\": {}}";
  private static final Pattern STEP =
      Pattern.compile("^\\$ (.*)\\n((?:(?!\\$ ).*\\n)*)", Pattern.MULTILINE);
  private static final Pattern PORT = Pattern.compile("listens on localhost:(\\d+)");
  private static final Pattern ID = Pattern.compile("id: (\\w+)-0");

  /** How the log is called in the documentation. */
  private static final String SHOWN_EPOCH = "k3f9QzT1aB";

  @TempDir private Path directory;

  static Stream<Document> documents() throws IOException {
    return Document.all().stream().filter(document -> !document.blocks("console").isEmpty());
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyCommandGivesWhatIsShown(Document document) throws Exception {
    assumeTrue(hasCurl(), "curl is needed on the PATH to run what the documentation shows");
    Map<ShellCommand, String> streams = new LinkedHashMap<>();
    try (HubProcess hub = HubProcess.start(directory, "-conf", QUIET)) {
      String port = first(PORT, hub.awaitLine("Ready"));
      String epoch = epoch(port);

      for (MatchResult step : steps(document)) {
        String command =
            step.group(1)
                .replace("localhost:3000", "localhost:" + port)
                .replace(SHOWN_EPOCH, epoch);
        String shown = comparable(step.group(2), epoch);
        ShellCommand running = new ShellCommand(command);
        if (command.startsWith("curl -N ")) {
          assertThat(running.outputWhen(text -> text.contains("id: "))).as(command).isNotEmpty();
          streams.put(running, shown);
        } else {
          assertThat(comparable(running.outputWhen(text -> false), epoch))
              .as(command)
              .isEqualTo(shown);
        }
      }
      for (Map.Entry<ShellCommand, String> stream : streams.entrySet()) {
        String shown = stream.getValue();
        String came = stream.getKey().outputWhen(text -> comparable(text, epoch).equals(shown));
        assertThat(comparable(came, epoch)).isEqualTo(shown);
      }
    } finally {
      streams.keySet().forEach(ShellCommand::close);
    }
  }

  private static List<MatchResult> steps(Document document) {
    return document.blocks("console").stream()
        .flatMap(block -> STEP.matcher(block).results())
        .toList();
  }

  private static String comparable(String output, String epoch) {
    String fixed =
        output
            .replace(epoch, SHOWN_EPOCH)
            .replaceAll("(?m)^retry: \\d+$", "retry: some")
            .replaceAll("\"time\":\"[-\\d]+T[:.\\d]+Z\"", "\"time\":\"then\"");
    return Stream.of(fixed.split("\n\n"))
        .map(String::strip)
        .filter(block -> !isHeartbeat(block))
        .collect(Collectors.joining("\n\n"));
  }

  private static boolean isHeartbeat(String block) {
    return block.matches("id: \\S+");
  }

  private static String epoch(String port) throws IOException {
    URI events = URI.create("http://localhost:" + port + "/events");
    try (InputStream stream = events.toURL().openStream();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      lines.readLine();
      return first(ID, lines.readLine());
    }
  }

  private static String first(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .findFirst()
        .orElseThrow(() -> new AssertionError(pattern + " is not in " + text));
  }

  private static boolean hasCurl() throws InterruptedException, IOException {
    return "true".equals(System.getenv("CI"))
        || new ProcessBuilder("sh", "-c", "command -v curl").start().waitFor() == 0;
  }
}
