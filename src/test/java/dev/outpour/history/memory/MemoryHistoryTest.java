package dev.outpour.history.memory;

import dev.outpour.history.History;
import dev.outpour.history.HistoryContractTest;
import dev.outpour.history.ManualClock;
import dev.outpour.history.Retention;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

class MemoryHistoryTest extends HistoryContractTest {

  @Override
  public Future<History> open(Vertx vertx, Retention retention, ManualClock clock) {
    return Future.succeededFuture(new MemoryHistory(retention, clock.logClock()));
  }
}
