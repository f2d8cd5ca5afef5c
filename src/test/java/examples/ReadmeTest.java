package examples;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks README.md, and the programs, files and classes that all pages name. */
class ReadmeTest {
  private static final Pattern CONF = Pattern.compile("-conf (\\S+\\.json)");
  private static final Pattern FIGURE =
      Pattern.compile("(?<=\\| )([\\d.,]+)(?: (?:µs|ms|KB))?(?= \\|)");
  private static final Pattern CLASS = Pattern.compile("outpour\\.jar (dev\\.[\\w.]+)");

  static List<Document> documents() throws IOException {
    return Document.all();
  }

  /** A page that is read in a minute: what, how, why, and links. */
  @Test
  void theReadmeIsShort() throws IOException {
    Path readme = Path.of("README.md");

    assertThat(Files.readAllLines(readme)).hasSizeLessThanOrEqualTo(120);
    assertThat(Files.size(readme)).isLessThanOrEqualTo(7_168);
  }

  @Test
  void theReadmesFiguresAreThoseOfTheBenchmarks() throws IOException {
    String benchmarks = Files.readString(Path.of("BENCHMARKS.md"));
    List<String> figures =
        all(FIGURE, Files.readString(Path.of("README.md")).split("## Read on")[0]);

    assertThat(figures)
        .hasSizeGreaterThan(6)
        .allSatisfy(figure -> assertThat(benchmarks).contains("**" + figure + "**"));
  }

  @Test
  void samplesAreShown() throws IOException {
    assertThat(documents()).flatMap(document -> document.blocks("java")).hasSizeGreaterThan(2);
    assertThat(documents()).flatMap(document -> document.blocks("console")).hasSizeGreaterThan(3);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void javaIsQuotedFromAProgramThatIsTested(Document document) throws IOException {
    List<String> programs = programs();
    for (String block : document.blocks("java")) {
      String quoted = withoutIndentation(block);
      assertThat(programs.stream().anyMatch(program -> program.contains(quoted)))
          .as("a program in src/test/java/examples with%n%s", block)
          .isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void commandsNameFilesAndVerticlesThatExist(Document document) {
    assertThat(all(CONF, document.text())).allSatisfy(file -> assertThat(Path.of(file)).exists());
    assertThat(all(CLASS, document.text()))
        .allSatisfy(name -> assertThatCode(() -> Class.forName(name)).doesNotThrowAnyException());
  }

  private static List<String> programs() throws IOException {
    List<String> programs = new ArrayList<>();
    try (Stream<Path> sources = Files.list(Path.of("src/test/java/examples"))) {
      for (Path source : sources.toList()) {
        programs.add(withoutIndentation(Files.readString(source)));
      }
    }
    return programs;
  }

  private static String withoutIndentation(String code) {
    return code.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(joining("\n"));
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1)).toList();
  }
}
