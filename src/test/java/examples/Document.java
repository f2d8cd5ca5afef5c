package examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation, and the blocks of code in it.
 *
 * @param path where it is, from the root of the project
 * @param text what it says
 */
public record Document(Path path, String text) {
  private static final Pattern BLOCK =
      Pattern.compile(
          "^(?:<!-- not run: ([^>]+) -->\\n+)?```([^`\\n]*)\\n(.*?)^```$",
          Pattern.MULTILINE | Pattern.DOTALL);

  /** Every page at the root of the project and below docs/. */
  public static List<Document> all() throws IOException {
    try (Stream<Path> root = Files.list(Path.of(""));
        Stream<Path> docs = Files.walk(Path.of("docs"))) {
      return Stream.concat(root, docs)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .map(Document::read)
          .toList();
    }
  }

  private static Document read(Path file) {
    try {
      return new Document(file, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All blocks, in their order. */
  public List<Block> blocks() {
    return BLOCK.matcher(text).results().map(this::block).toList();
  }

  private Block block(MatchResult match) {
    String before = text.substring(0, match.start(2));
    return new Block(
        match.group(2),
        match.group(3),
        1 + (int) before.chars().filter(c -> c == '\n').count(),
        Objects.requireNonNullElse(match.group(1), ""));
  }

  /** What stands in the blocks of a language, in their order. */
  public List<String> blocks(String language) {
    return blocks().stream()
        .filter(block -> block.language().equals(language))
        .map(Block::code)
        .toList();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
