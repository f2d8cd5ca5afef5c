package dev.outpour.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Installed;
import examples.Block;
import examples.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A language whose page in docs/how-to has two programs, {@code publish} and {@code follow}. */
enum Language {
  PYTHON("py", "python3", "python3"),
  NODE("mjs", "nodejs", "node"),
  GO("go", "golang-go", "go", "run"),
  PHP("php", "php-cli", "php"),
  RUST("rs", "cargo", "cargo", "run", "--quiet", "--bin"),
  SHELL("sh", "dash", "sh");

  private final String suffix;
  private final String debianPackage;
  private final List<String> command;

  Language(String suffix, String debianPackage, String... command) {
    this.suffix = suffix;
    this.debianPackage = debianPackage;
    this.command = List.of(command);
  }

  /** Whether this machine has it; on a CI machine it is an error if not. */
  boolean isHere() {
    if (Installed.find(command.get(0)).isPresent()) {
      return true;
    }
    String missing = "%s is not tried: apt-get install %s".formatted(this, debianPackage);
    assertThat(System.getenv("CI")).as(missing).isNotEqualTo("true");
    System.out.println(missing);
    return false;
  }

  String suffix() {
    return suffix;
  }

  /** Saves the programs of its page in a folder. */
  void save(Path directory) throws IOException {
    Path page = Path.of("docs", "how-to", "from-" + name().toLowerCase(Locale.ROOT) + ".md");
    for (Document document : Document.all()) {
      if (document.path().equals(page)) {
        for (Block block : document.blocks()) {
          if (Program.name(block).isPresent()) {
            Path file = directory.resolve(Program.name(block).get());
            Files.createDirectories(file.getParent());
            Files.writeString(file, block.code());
          }
        }
      }
    }
  }

  /** The command that runs one of the programs. */
  List<String> run(String program, String... arguments) {
    List<String> all = new ArrayList<>(command);
    all.add(this == RUST ? program : program + "." + suffix);
    all.addAll(List.of(arguments));
    return all;
  }
}
