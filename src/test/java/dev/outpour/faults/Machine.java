package dev.outpour.faults;

import dev.outpour.Installed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The machine's own commands, and what of them is missing. A test that needs what is not there
 * fails and names it: passing without having tried would be worse.
 */
final class Machine {

  private Machine() {}

  /**
   * The path of a tool.
   *
   * @param debianPackage what brings it, for the message if it is missing
   */
  static String tool(String name, String debianPackage) {
    return Installed.find(name)
        .map(Path::toString)
        .orElseThrow(
            () ->
                new AssertionError(
                    "This test needs " + name + ": apt-get install " + debianPackage));
  }

  /** Fails unless this is root. */
  static void needsRoot(String what) {
    if (!run("id", "-u").strip().equals("0")) {
      throw new AssertionError("This test has to be root, to " + what);
    }
  }

  /** Runs a command to its end and gives its output; fails with it if the command fails. */
  static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(String.join(" ", command) + " failed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted", e);
    }
  }
}
