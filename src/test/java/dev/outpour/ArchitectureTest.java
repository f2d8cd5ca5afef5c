package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Imports run one way: a package imports only from a row below its own. */
class ArchitectureTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/outpour");
  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?dev\\.outpour\\.([\\w.]+);", Pattern.MULTILINE);

  private static final Map<String, Integer> ROWS =
      Map.ofEntries(
          Map.entry("", 1),
          Map.entry("cli", 2),
          Map.entry("http", 2),
          Map.entry("ingest", 2),
          Map.entry("simulator", 2),
          Map.entry("broadcast", 3),
          Map.entry("history", 4),
          Map.entry("auth", 4),
          Map.entry("cluster", 4),
          Map.entry("match", 5),
          Map.entry("metrics", 5),
          Map.entry("update", 6),
          Map.entry("settings", 7));

  @Test
  void everyImportGoesToALowerRow() throws IOException {
    List<String> upward = new ArrayList<>();
    for (Path file : sources()) {
      String from = packageOf(file);
      assertThat(ROWS).as("%s is in no row", file).containsKey(from);
      IMPORT
          .matcher(Files.readString(file))
          .results()
          .map(ArchitectureTest::importedPackage)
          .filter(to -> !to.equals(from) && ROWS.getOrDefault(to, 0) <= ROWS.get(from))
          .forEach(to -> upward.add(SOURCES.relativize(file) + " imports from " + to));
    }
    assertThat(upward).isEmpty();
  }

  @Test
  void noClassIsNamedInFullToAvoidAnImport() throws IOException {
    Pattern named =
        Pattern.compile(
            "^(?!package |import | *\\*| *//|/\\*\\*).*dev\\.outpour\\.[a-z]+\\.[A-Z]",
            Pattern.MULTILINE);
    for (Path file : sources()) {
      assertThat(named.matcher(Files.readString(file)).find()).as("%s", file).isFalse();
    }
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  private static String packageOf(Path file) {
    Path folder = SOURCES.relativize(file.getParent());
    return folder.toString().replace('/', '.');
  }

  /** The words before the first that begins with a capital. */
  private static String importedPackage(MatchResult match) {
    return Stream.of(match.group(1).split("\\."))
        .takeWhile(word -> Character.isLowerCase(word.charAt(0)))
        .reduce((a, b) -> a + "." + b)
        .orElse("");
  }
}
