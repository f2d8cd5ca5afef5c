package dev.outpour.history;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

class MemoryHistoryTest extends HistoryContractTest {

  @Override
  Future<History> open(Vertx vertx, Retention retention, ManualClock clock) {
    return Future.succeededFuture(new MemoryHistory(retention, clock.logClock()));
  }
}
