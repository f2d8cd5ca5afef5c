package dev.outpour.history.sqlite;

import dev.outpour.RamDirectory;
import dev.outpour.history.History;
import dev.outpour.history.HistoryContractTest;
import dev.outpour.history.ManualClock;
import dev.outpour.history.Retention;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.UUID;

/** On a file system in memory if there is one: other tests cover syncs. */
class SqliteHistoryTest extends HistoryContractTest {

  private static final Path DIRECTORY = RamDirectory.make();

  @Override
  public Future<History> open(Vertx vertx, Retention retention, ManualClock clock) {
    Path file = DIRECTORY.resolve(UUID.randomUUID() + ".db");
    return SqliteHistory.open(vertx, file, retention, clock.logClock());
  }
}
