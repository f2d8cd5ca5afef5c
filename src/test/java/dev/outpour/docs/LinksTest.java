package dev.outpour.docs;

import static org.assertj.core.api.Assertions.assertThat;

import examples.Document;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every relative link, every anchor and every page that a file names exists. */
class LinksTest {
  private static final Pattern LINK = Pattern.compile("]\\((?!https?:|#)([^)#\\s]+)(?:#[^)]*)?\\)");
  private static final Pattern ANCHOR = Pattern.compile("]\\((?!https?:)([^)#\\s]*)#([^)]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
  private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern PAGE = Pattern.compile("\\bdocs/[\\w./-]+\\.(?:md|svg|png)");
  private static final Pattern HREF = Pattern.compile("(?:href|src)=\"(?!https?:|#)([^\"#?]+)");

  private static final Pattern TEST = Pattern.compile("`(\\w{2,}(?:Test|IT))`");
  private static final Pattern CLASS = Pattern.compile("`((?:[a-z]+\\.)*[a-z]+\\.[A-Z]\\w+)`");

  /** Pages that name tests and classes of the project. */
  private static final List<Path> NAMING_CODE =
      List.of(
          Path.of("CONTRIBUTING.md"),
          Path.of("docs/explanation/architecture.md"),
          Path.of("docs/explanation/guarantees.md"));

  /** Where files may name pages, besides the pages themselves. */
  private static final List<String> PLACES =
      List.of("src", "webroot", "packaging", "conf", "benchmarks", ".ci", "pom.xml", "Dockerfile");

  static List<Document> documents() throws IOException {
    List<Document> all = new ArrayList<>(Document.all());
    Path benchmarks = Path.of("benchmarks/README.md");
    all.add(new Document(benchmarks, Files.readString(benchmarks)));
    return all;
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksLeadSomewhere(Document document) {
    assertThat(all(LINK, prose(document.text())))
        .allSatisfy(link -> assertThat(target(document, link)).exists());
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksIntoAPageLeadToAHeading(Document document) throws IOException {
    for (MatchResult link : ANCHOR.matcher(prose(document.text())).results().toList()) {
      Path page = link.group(1).isEmpty() ? document.path() : target(document, link.group(1));
      List<String> anchors =
          all(HEADING, prose(Files.readString(page))).stream().map(LinksTest::anchor).toList();
      assertThat(anchors).as("in %s", page).contains(link.group(2));
    }
  }

  @Test
  void everyPageIsLinkedFromTheIndexOrFromAPage() throws IOException {
    List<Path> linked = new ArrayList<>();
    for (Document document : Document.all()) {
      all(LINK, prose(document.text()))
          .forEach(link -> linked.add(target(document, link).normalize()));
    }
    assertThat(Document.all())
        .filteredOn(document -> document.path().startsWith("docs"))
        .allSatisfy(document -> assertThat(linked).contains(document.path().toAbsolutePath()));
  }

  @Test
  void testsAndClassesThatPagesNameExist() throws IOException {
    List<String> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      files.forEach(file -> sources.add(file.toString()));
    }
    for (Path page : NAMING_CODE) {
      String text = prose(Files.readString(page));
      assertThat(all(TEST, text))
          .as("tests that %s names", page)
          .allSatisfy(name -> assertThat(sources).anyMatch(is("/" + name)));
      assertThat(all(CLASS, text))
          .as("classes that %s names", page)
          .allSatisfy(name -> assertThat(sources).anyMatch(is("/" + name.replace('.', '/'))));
    }
  }

  private static Predicate<String> is(String name) {
    return file -> file.endsWith(name + ".java");
  }

  @Test
  void pagesThatOtherFilesNameExist() throws IOException {
    List<String> named = new ArrayList<>();
    for (Path file : otherFiles()) {
      all(PAGE, read(file)).forEach(page -> named.add(page + " in " + file));
    }
    assertThat(named)
        .isNotEmpty()
        .allSatisfy(page -> assertThat(Path.of(page.split(" in ")[0])).exists());
  }

  @Test
  void theHubsPagesNameFilesThatItServes() throws IOException {
    List<Path> pages =
        otherFiles().stream()
            .filter(file -> file.startsWith("webroot") && file.toString().endsWith(".html"))
            .toList();
    assertThat(pages).isNotEmpty();
    for (Path page : pages) {
      assertThat(all(HREF, read(page)))
          .as("in %s", page)
          .allSatisfy(
              link ->
                  assertThat(Path.of("webroot").resolve(link.replaceFirst("^/", "./"))).exists());
    }
  }

  private static List<Path> otherFiles() throws IOException {
    List<Path> all = new ArrayList<>();
    for (String place : PLACES) {
      try (Stream<Path> files = Files.walk(Path.of(place))) {
        all.addAll(files.filter(Files::isRegularFile).toList());
      }
    }
    return all;
  }

  /** The text of a file; empty if the file holds no text. */
  private static String read(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (MalformedInputException e) {
      return "";
    }
  }

  private static Path target(Document document, String link) {
    return document.path().toAbsolutePath().resolveSibling(link);
  }

  /** A page without its blocks of code, where a `#` begins a comment. */
  private static String prose(String page) {
    return CODE.matcher(page).replaceAll("");
  }

  /** The anchor that GitHub gives a heading. */
  private static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\w -]", "").replace(' ', '-');
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(match.groupCount())).toList();
  }
}
