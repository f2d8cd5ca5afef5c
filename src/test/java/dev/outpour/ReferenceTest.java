package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.cli.Commands;
import dev.outpour.update.Truncation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares the lists of the reference pages with the code. */
class ReferenceTest {
  private static final Path REFERENCE = Path.of("docs/reference/protocol.md");
  private static final Path SOURCES = Path.of("src/main/java/dev/outpour");
  private static final Pattern REFUSAL = Pattern.compile("new Refusal\\(\\s*(\\d{3}),");
  private static final Pattern STATUS = Pattern.compile("(?m)^\\| (\\d{3}) \\|");
  private static final Pattern QUOTED = Pattern.compile("\"([A-Z][^\"]{10,})\"");

  /** Never said on the wire. */
  private static final Set<String> SILENT = Set.of("ended", "gone");

  private static Stream<String> sources() throws IOException {
    List<String> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        all.add(Files.readString(file));
      }
    }
    return all.stream();
  }

  private static Set<String> found(Pattern pattern, Stream<String> texts) {
    Set<String> found = new TreeSet<>();
    texts.forEach(
        text -> pattern.matcher(text).results().map(ReferenceTest::first).forEach(found::add));
    return found;
  }

  private static String first(MatchResult match) {
    return match.group(1);
  }

  @Test
  void everyStatusOfARefusalIsThereAndNoOther() throws IOException {
    Set<String> said = found(REFUSAL, sources());
    said.add("204");

    assertThat(found(STATUS, Stream.of(Files.readString(REFERENCE)))).isEqualTo(said);
  }

  @Test
  void whatIsQuotedIsWhatTheHubSays() throws IOException {
    String code = String.join("\n", sources().toList());

    String errors = Files.readString(REFERENCE).split("\n## Errors\n")[1].split("\n## ")[0];

    assertThat(found(QUOTED, Stream.of(errors)))
        .hasSizeGreaterThan(10)
        .allSatisfy(detail -> assertThat(code).contains(detail));
  }

  @Test
  void everyCommandHasARowAndAPart() throws IOException {
    String page = Files.readString(Path.of("docs/reference/commands.md"));

    assertThat(Commands.hint())
        .filteredOn(line -> line.startsWith("  "))
        .hasSizeGreaterThan(3)
        .extracting(line -> line.strip().split(" ")[0])
        .allSatisfy(name -> assertThat(page).contains("| `" + name + "` |", "## " + name + "\n"));
  }

  @Test
  void whatTheTableOfBoundsNamesExists() throws IOException {
    String page = Files.readString(Path.of("docs/reference/limits.md"));
    String table = page.split("\n## What grows with what\n")[1].split("\n## ")[0];
    String settings = Files.readString(Path.of("docs/reference/configuration.md"));
    String metrics = Files.readString(Path.of("docs/reference/metrics.md"));

    assertThat(
            found(
                Pattern.compile("`((?:http|ingest|history|limits|auth)\\.\\w+)`"),
                Stream.of(table)))
        .hasSizeGreaterThan(15)
        .allSatisfy(key -> assertThat(settings).contains("| `" + key + "` |"));
    assertThat(found(Pattern.compile("`(outpour_\\w+)`"), Stream.of(table)))
        .hasSizeGreaterThan(12)
        .allSatisfy(metric -> assertThat(metrics).contains("| `" + metric + "` |"));
    assertThat(table.lines().filter(line -> line.startsWith("|")))
        .allSatisfy(row -> assertThat(row.split(" \\|", -1)).hasSize(6));
  }

  @Test
  void everyReasonIsThere() throws IOException {
    Set<String> reasons = new TreeSet<>(closeReasons());
    for (Truncation.Reason reason : Truncation.Reason.values()) {
      reasons.add(reason.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    String text = Files.readString(REFERENCE);
    assertThat(reasons).allSatisfy(reason -> assertThat(text).contains("`" + reason + "`"));
  }

  private static Set<String> closeReasons() throws IOException {
    String code = Files.readString(SOURCES.resolve("metrics/CloseReason.java"));
    Set<String> reasons = found(Pattern.compile("(?m)^  ([A-Z_]+)[,;]"), Stream.of(code));
    Set<String> words = new TreeSet<>();
    for (String reason : reasons) {
      words.add(reason.toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    words.removeAll(SILENT);
    assertThat(words).contains("shutdown", "unavailable");
    return words;
  }

  @Test
  void everyEventOfTheHubIsThere() throws IOException {
    Set<String> said = found(Pattern.compile("EventEncoder\\.\\w+\\(\\s*\"([a-z]+)\""), sources());

    assertThat(said).contains("resumed", "closing");
    String text = Files.readString(REFERENCE);
    assertThat(said).allSatisfy(name -> assertThat(text).contains("`outpour." + name + "`"));
  }
}
