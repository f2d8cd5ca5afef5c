package dev.outpour;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the pinned tools that {@code .ci/tools} installs. It installs nothing. */
public final class TestTools {

  private TestTools() {}

  /**
   * The folder of a tool. If it is missing, the calling test is skipped, see {@link
   * Installed#giveUp}.
   */
  public static Path need(String name) {
    return find(name)
        .orElseGet(
            () -> Installed.giveUp("it needs " + name + ", which .ci/tools " + name + " installs"));
  }

  /** The folder of a tool, if it is installed. */
  public static Optional<Path> find(String name) {
    return Optional.of(where(name)).filter(Files::isDirectory);
  }

  /** The folder of a tool, installed or not. Only the script knows how pins become names. */
  private static Path where(String name) {
    String bash = Installed.need("bash", "bash").toString();
    try {
      Process script =
          new ProcessBuilder(bash, ".ci/tools", "--where", name)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String printed = new String(script.getInputStream().readAllBytes()).strip();
      if (script.waitFor() != 0) {
        throw new AssertionError(".ci/tools --where " + name + " failed");
      }
      return Path.of(printed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
