package dev.outpour.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.outpour.Installed;
import dev.outpour.faults.Extent;
import examples.Block;
import examples.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the blocks of README.md and docs/, each page from top to bottom: commands in a shell,
 * programs as files that the page's commands run, samples for pages in a browser. Other tests run
 * the languages in {@link #ELSEWHERE}. A block that no test runs has a comment before it: {@code
 * <!-- not run: why -->}.
 */
class DocsIT {

  /** Languages that other tests run, with the test. */
  private static final Map<String, String> ELSEWHERE =
      Map.of(
          "java", "ReadmeTest",
          "json", "DocumentedJsonTest",
          "nginx", "ProxiesIT",
          "haproxy", "ProxiesIT",
          "caddy", "ProxiesIT",
          "vcl", "ProxiesIT");

  /** Languages of blocks that are only shown. */
  private static final Set<String> SHOWN_ONLY = Set.of("text");

  private enum Fate {
    RUN,
    HELD_BY_OTHER_TESTS,
    NOT_RUN
  }

  private static final Map<Fate, Integer> counts = new EnumMap<>(Fate.class);
  private static final BrowserSamples browser = new BrowserSamples();

  @TempDir private Path directory;

  static List<Document> documents() throws IOException {
    return Document.all().stream().filter(DocsIT::isForUsers).filter(DocsIT::isInExtent).toList();
  }

  /** In brief, the pages of languages are left to {@link SamplesIT}, which runs their programs. */
  private static boolean isInExtent(Document document) {
    return !Extent.isBrief() || !document.path().getFileName().toString().startsWith("from-");
  }

  private static boolean isForUsers(Document document) {
    return document.path().startsWith("docs") || document.path().endsWith("README.md");
  }

  @AfterAll
  static void tell() {
    browser.close();
    System.out.println("Blocks of the documentation: " + counts);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyBlockDoesWhatThePageSays(Document document) throws Exception {
    assertThat(document.text().lines().filter(line -> line.strip().startsWith("```")))
        .as("lines that begin or end a block, at the margin")
        .hasSize(2 * document.blocks().size());
    if (document.blocks().stream().noneMatch(DocsIT::isPlayed)) {
      document.blocks().forEach(block -> count(unplayed(document, block)));
      return;
    }
    Installed.need("bash", "bash");
    Installed.need("curl", "curl");
    try (Scene scene = new Scene(directory)) {
      for (Block block : document.blocks()) {
        try {
          count(isPlayed(block) ? play(scene, document, block) : unplayed(document, block));
        } catch (AssertionError e) {
          throw new AssertionError(document + ", line " + block.line() + ": " + e.getMessage(), e);
        }
      }
      scene.awaitStreams();
    }
  }

  private static boolean isPlayed(Block block) {
    return block.notRun().isEmpty()
        && !ELSEWHERE.containsKey(block.language())
        && !SHOWN_ONLY.contains(block.language());
  }

  private static Fate unplayed(Document document, Block block) {
    if (block.notRun().isEmpty()) {
      return Fate.HELD_BY_OTHER_TESTS;
    }
    System.out.println(
        "%s, line %d, is not run: %s".formatted(document, block.line(), block.notRun()));
    return Fate.NOT_RUN;
  }

  private static Fate play(Scene scene, Document document, Block block) throws Exception {
    Optional<String> file = Program.name(block);
    if (file.isPresent()) {
      save(scene, document, block, file.get());
      return Fate.RUN;
    }
    switch (block.language()) {
      case "sh" -> scene.enter(block);
      case "console" -> scene.compare(block);
      case "js", "html" -> browser.run(scene, block);
      default ->
          fail(
              "Nobody runs '%s': name a file in its first line and run that, or say <!-- not run:"
                  + " why --> before it",
              block.language());
    }
    return Fate.RUN;
  }

  private static void save(Scene scene, Document document, Block block, String name)
      throws IOException {
    assertThat(document.blocks())
        .filteredOn(other -> other.line() > block.line())
        .as("a command that runs " + name)
        .anyMatch(other -> other.notRun().isEmpty() && runs(other.code(), name));
    Path file = scene.directory().resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, scene.here(block.code()));
  }

  /** Whether a command runs a file, or its package or program. */
  private static boolean runs(String command, String name) {
    return command.contains(name)
        || command.contains("cargo run")
            && (name.equals("Cargo.toml")
                || command.contains("--bin " + name.replaceAll(".*/|\\.rs$", "")));
  }

  private static void count(Fate fate) {
    counts.merge(fate, 1, Integer::sum);
  }
}
