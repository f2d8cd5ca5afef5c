package dev.outpour.ingest;

import dev.outpour.history.History;
import dev.outpour.history.HistorySettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.BiFunction;

/** Creates ingest verticles for tests. */
public final class IngestVerticles {

  private IngestVerticles() {}

  /** An ingest verticle whose log the test opens. */
  public static IngestVerticle over(BiFunction<Vertx, HistorySettings, Future<History>> opening) {
    return new IngestVerticle(opening);
  }
}
