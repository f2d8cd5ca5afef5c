package dev.outpour;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory in memory if the machine has one, for files whose syncs do not matter. */
public final class RamDirectory {

  private static final Path IN_MEMORY = Path.of("/dev/shm");

  private RamDirectory() {}

  /** Creates one, which is deleted when this process ends. */
  public static Path make() {
    try {
      Path made =
          Files.isWritable(IN_MEMORY)
              ? Files.createTempDirectory(IN_MEMORY, "outpour-log")
              : Files.createTempDirectory("outpour-log");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(made)));
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(Path directory) {
    try (var files = Files.list(directory)) {
      files.forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    directory.toFile().delete();
  }
}
