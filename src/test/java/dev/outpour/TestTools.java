package dev.outpour;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the pinned tools of others that {@code .ci/tools} installs; installs nothing itself. */
public final class TestTools {

  private TestTools() {}

  /** The folder of a tool; without it the calling test is skipped, see {@link Installed#giveUp}. */
  public static Path need(String name) {
    return find(name)
        .orElseGet(
            () -> Installed.giveUp("it needs " + name + ", which .ci/tools " + name + " installs"));
  }

  /** The folder of a tool, if it is there. */
  public static Optional<Path> find(String name) {
    return Optional.of(where(name)).filter(Files::isDirectory);
  }

  /** Where the tool is, or would be: the script alone knows how the pins become a name. */
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
