package dev.outpour.docs;

import dev.outpour.Await;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A shell in which commands are entered one after the other; it keeps their variables. */
final class Shell implements AutoCloseable {

  /** The slowest command of the documentation takes 15 seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Process bash;
  private final Writer input;
  private final Path outputs;
  private int count;

  /** A command that was entered, and the files with its output. */
  record Entered(Path output, Path errors, Path code, Path pid) {

    String printed() {
      return text(output);
    }

    boolean shows(Step.Kind kind) {
      return kind.isSeenIn(kind == Step.Kind.TAKES_LINES ? text(errors) : printed());
    }

    boolean hasEnded() {
      return !text(code).isBlank();
    }

    boolean hasFailed() {
      return hasEnded() && !text(code).strip().equals("0");
    }

    /** Whether the shell did not find the program. */
    boolean isUnknownHere() {
      return text(code).strip().equals("127");
    }

    @Override
    public String toString() {
      String how = hasEnded() ? "ended with " + text(code).strip() : "has not ended";
      return how + "; it printed\n" + printed() + text(errors);
    }

    private static String text(Path file) {
      try {
        return Files.exists(file) ? Files.readString(file) : "";
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  /**
   * Starts it.
   *
   * @param directory its working directory
   * @param outputs a folder for the output of commands
   */
  Shell(Path directory, Path outputs, Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "--norc", "-s")
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(outputs.resolve("shell").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("OUTPOUR_"));
    builder.environment().putAll(environment);
    this.outputs = outputs;
    this.bash = builder.start();
    this.input = bash.outputWriter();
  }

  /** Sets a variable for all later commands. */
  void export(String name, Object value) throws IOException {
    input.write("export " + name + "='" + value + "'\n");
  }

  /** Enters a command, and returns when it has ended or shown the sign of its kind. */
  Entered enter(Step step) throws IOException {
    Entered entered = begin(step);
    Await.within(
        PATIENCE,
        () -> entered.hasEnded() || entered.shows(step.kind()),
        () -> step.command() + "\n" + entered);
    return entered;
  }

  private Entered begin(Step step) throws IOException {
    count++;
    Entered entered =
        new Entered(
            outputs.resolve(count + ".out"),
            outputs.resolve(count + ".err"),
            outputs.resolve(count + ".code"),
            outputs.resolve(count + ".pid"));
    String group =
        "{ {\n%s\n}\necho $? > '%s'; } < /dev/null > '%s' 2> '%s'"
            .formatted(step.command(), entered.code(), entered.output(), entered.errors());
    input.write(group);
    input.write(step.kind() == Step.Kind.ENDS ? "\n" : " &\necho $! > '" + entered.pid() + "'\n");
    input.flush();
    return entered;
  }

  /** Ends a command that still runs, as a user would. */
  void end(Entered entered) {
    Await.until(() -> !Entered.text(entered.pid()).isBlank(), () -> "its number: " + entered);
    ProcessHandle.of(Long.parseLong(Entered.text(entered.pid()).strip())).stream()
        .flatMap(ProcessHandle::descendants)
        .forEach(ProcessHandle::destroy);
    Await.until(entered::hasEnded, () -> "ended: " + entered);
  }

  /** Ends the shell and all its commands. */
  @Override
  public void close() {
    bash.descendants().forEach(ProcessHandle::destroyForcibly);
    bash.destroyForcibly();
    bash.onExit().join();
  }
}
