package dev.outpour;

import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The project's Dockerfile.
 *
 * @param instructions each with its name
 */
record Dockerfile(List<Map.Entry<String, String>> instructions) {

  static Dockerfile read() throws IOException {
    String text = Files.readString(Path.of("Dockerfile")).replaceAll("\\\\\\n\\s*", "");
    return new Dockerfile(
        text.lines()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(line -> line.split("\\s+", 2))
            .map(words -> Map.entry(words[0], words[1]))
            .toList());
  }

  /** The arguments of all instructions of a name. */
  List<String> all(String name) {
    return instructions.stream()
        .filter(each -> each.getKey().equals(name))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** The arguments of the only instruction of a name. */
  String one(String name) {
    List<String> all = all(name);
    if (all.size() != 1) {
      throw new AssertionError(name + " should be there once: " + all);
    }
    return all.get(0);
  }

  /** The words of a command in exec form. */
  List<String> command(String name) {
    String said = one(name);
    return new JsonArray(said.substring(said.indexOf('[')))
        .stream().map(String.class::cast).toList();
  }
}
