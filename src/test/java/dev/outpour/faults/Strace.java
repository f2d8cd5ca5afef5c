package dev.outpour.faults;

import dev.outpour.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Faults in system calls, injected by {@code strace}: from a program's start, or for a while into
 * one that runs. A fault that never happened proves nothing, so whoever uses it asks for {@link
 * #injections}.
 */
final class Strace implements AutoCloseable {

  private static final String MARK = "(INJECTED)";
  private static final String DELAYED = "(DELAYED)";

  private final Path trace;
  private final Process attached;

  private Strace(Path trace, Process attached) {
    this.trace = trace;
    this.attached = attached;
  }

  /**
   * The program that starts another with a fault in it, and is not seen from outside.
   *
   * @param trace where it writes what it has seen
   * @param calls which calls are concerned, divided by commas
   * @param fault what happens, as in {@code signal=KILL:when=3}; counted in each thread
   */
  static List<String> launching(Path trace, String calls, String fault) {
    return List.of(
        Machine.tool("strace", "strace"),
        "-D",
        "-f",
        "-q",
        "-o",
        trace.toString(),
        "-e",
        "trace=" + calls,
        "-e",
        "inject=" + calls + ":" + fault);
  }

  /** Puts a fault into a program that runs, until this is closed. */
  static Strace into(long pid, Path trace, String calls, String fault) throws IOException {
    Machine.needsRoot("trace another process");
    Path said = trace.resolveSibling(trace.getFileName() + ".said");
    Process process =
        new ProcessBuilder(
                Machine.tool("strace", "strace"),
                "-f",
                "-o",
                trace.toString(),
                "-e",
                "trace=" + calls,
                "-e",
                "inject=" + calls + ":" + fault,
                "-p",
                "" + pid)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    Strace strace = new Strace(trace, process);
    Await.until(() -> read(said).contains("attached"), () -> read(said));
    return strace;
  }

  /** How often the fault has happened so far. */
  long injections() {
    return injections(trace);
  }

  /** How often it has happened, as written by strace. */
  static long injections(Path trace) {
    return read(trace).lines().filter(Strace::isMark).count();
  }

  private static boolean isMark(String line) {
    return line.contains(MARK) || line.contains(DELAYED) || line.contains("+++ killed by SIGKILL");
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the fault; the program goes on. */
  @Override
  public void close() {
    attached.toHandle().destroy();
    try {
      if (!attached.waitFor(Await.LONG.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("strace does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted", e);
    }
  }
}
