package dev.outpour.history;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** In memory where the machine has such a file system: what a sync does is tested elsewhere. */
class SqliteHistoryTest extends HistoryContractTest {

  private static final Path IN_MEMORY = Path.of("/dev/shm");
  private static final Path DIRECTORY = directory();

  private static Path directory() {
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

  @Override
  Future<History> open(Vertx vertx, Retention retention, ManualClock clock) {
    Path file = DIRECTORY.resolve(UUID.randomUUID() + ".db");
    return SqliteHistory.open(vertx, file, retention, clock.logClock());
  }
}
