package dev.outpour;

import dev.outpour.http.HttpVerticle;
import dev.outpour.ingest.IngestVerticle;
import dev.outpour.settings.Settings;
import dev.outpour.simulator.SimulatorVerticle;
import io.netty.util.concurrent.EventExecutorGroup;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.stream.StreamSupport;

/**
 * Deploys the verticles whose sections are in the configuration.
 *
 * <p>They start in the order of the lines here, and stop in the opposite order, so that accepted
 * updates can still be committed.
 */
public final class MainVerticle extends VerticleBase {

  @Override
  public Future<?> start() {
    Settings settings = Settings.of(config());
    Configuration configuration = Configuration.ofAll(settings);

    OrderedDeployment deployment = new OrderedDeployment(vertx, settings.effective());
    configuration.ingest().ifPresent(it -> deployment.add(IngestVerticle::new, 1));
    configuration.http().ifPresent(it -> deployment.add(HttpVerticle::new, eventLoops(vertx)));
    configuration.simulator().ifPresent(it -> deployment.add(SimulatorVerticle::new, 1));
    return deployment.deploy();
  }

  /** The number of event loops. Each runs one {@link HttpVerticle}. */
  static int eventLoops(Vertx vertx) {
    EventExecutorGroup loops = ((VertxInternal) vertx).nettyEventLoopGroup();
    return (int) StreamSupport.stream(loops.spliterator(), false).count();
  }
}
