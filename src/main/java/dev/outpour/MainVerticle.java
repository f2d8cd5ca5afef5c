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
 * The parts list: deploys the verticles whose sections stand in the configuration.
 *
 * <p>They start in the order of their lines here and stop in the opposite one, so that whatever was
 * taken can still be handed on.
 */
public final class MainVerticle extends VerticleBase {

  @Override
  public Future<?> start() {
    Settings settings = Settings.of(config());
    Configuration configuration = Configuration.ofAll(settings);

    OrderedDeployment lineup = new OrderedDeployment(vertx, settings.effective());
    configuration.ingest().ifPresent(it -> lineup.add(IngestVerticle::new, 1));
    configuration.http().ifPresent(it -> lineup.add(HttpVerticle::new, eventLoops(vertx)));
    configuration.simulator().ifPresent(it -> lineup.add(SimulatorVerticle::new, 1));
    return lineup.deploy();
  }

  /** One instance of {@link HttpVerticle} on each; that on the log's own loop stands aside. */
  static int eventLoops(Vertx vertx) {
    EventExecutorGroup loops = ((VertxInternal) vertx).nettyEventLoopGroup();
    return (int) StreamSupport.stream(loops.spliterator(), false).count();
  }
}
