package dev.outpour;

import dev.outpour.api.PublicApi;
import dev.outpour.http.HttpVerticle;
import dev.outpour.ingest.IngestVerticle;
import dev.outpour.loop.EventLoops;
import dev.outpour.settings.Settings;
import dev.outpour.simulator.SimulatorVerticle;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/**
 * Deploys the verticles whose sections are in the configuration.
 *
 * <p>They start in the order of the lines here, and stop in the opposite order, so that accepted
 * updates can still be committed.
 */
@PublicApi
public final class MainVerticle extends VerticleBase {

  @Override
  public Future<?> start() {
    Settings settings = Settings.of(config());
    Configuration configuration = Configuration.ofAll(settings);

    OrderedDeployment deployment = new OrderedDeployment(vertx, settings.effective());
    configuration.ingest().ifPresent(it -> deployment.add(IngestVerticle::new, 1));
    // The one on the loop of the ingest verticle serves nobody.
    configuration
        .http()
        .ifPresent(it -> deployment.add(HttpVerticle::new, EventLoops.count(vertx)));
    configuration.simulator().ifPresent(it -> deployment.add(SimulatorVerticle::new, 1));
    return deployment.deploy();
  }
}
