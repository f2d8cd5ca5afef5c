package dev.outpour.history;

import dev.outpour.Await;
import dev.outpour.TestCluster;
import dev.outpour.history.memory.MemoryHistory;
import dev.outpour.ingest.IngestVerticles;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import org.junit.jupiter.api.AfterAll;

/** A log in memory as another node of its cluster sees it; every message goes over a socket. */
class BusHistoryTest extends HistoryContractTest {

  private static Vertx owner;
  private static Vertx client;

  @Override
  Vertx begin() {
    if (client == null) {
      try (TestCluster cluster = new TestCluster(Path.of(""), 2, 10)) {
        owner = cluster.join();
        client = cluster.join();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    return client;
  }

  @Override
  void end(Vertx begun) {}

  @AfterAll
  @AfterContainer
  static void leaveCluster() {
    if (client != null) {
      Await.result(client.close());
      Await.result(owner.close());
      client = null;
    }
  }

  @Override
  public Future<History> open(Vertx vertx, Retention retention, ManualClock clock) {
    MemoryHistory log = new MemoryHistory(retention, clock.logClock());
    return here(owner.deployVerticle(
            IngestVerticles.over((own, kept) -> Future.succeededFuture(log))))
        .compose(id -> BusHistory.find(vertx, () -> here(owner.undeploy(id))));
  }

  /** Runs a call on another Vert.x; its future completes on the caller's context. */
  private static <T> Future<T> here(Future<T> there) {
    Context context = client.getOrCreateContext();
    Promise<T> promise = Promise.promise();
    there.onComplete(ended -> context.runOnContext(turn -> promise.handle(ended)));
    return promise.future();
  }

  @Override
  @Property(tries = 15)
  void anyLifeIsThatOfThePlainModel(@ForAll("lives") List<Step> life) {
    super.anyLifeIsThatOfThePlainModel(life);
  }
}
