package dev.outpour.history;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

class SqliteHistoryTest extends HistoryContractTest {

  private static final Path DIRECTORY = directory();

  private static Path directory() {
    try {
      Path made = Files.createTempDirectory("outpour-log");
      made.toFile().deleteOnExit();
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  Future<History> open(Vertx vertx, Retention retention, ManualClock clock) {
    Path file = DIRECTORY.resolve(UUID.randomUUID() + ".db");
    return SqliteHistory.open(vertx, file, retention, clock.logClock());
  }
}
