package dev.outpour.ingest;

import dev.outpour.history.History;
import dev.outpour.history.HistorySettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.BiFunction;

/** Ingest verticles as tests need them. */
public final class IngestVerticles {

  private IngestVerticles() {}

  /** One whose log is opened by a test. */
  public static IngestVerticle over(BiFunction<Vertx, HistorySettings, Future<History>> opening) {
    return new IngestVerticle(opening);
  }
}
