package examples;

import dev.outpour.log.UpdateBus;
import dev.outpour.log.UpdateListener;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.function.Consumer;

/** Reads every update from now on, in the hub's own process or on any node of its cluster. */
public final class AuditVerticle extends VerticleBase {

  private final Consumer<String> record;
  private UpdateListener listener;

  /**
   * @param record receives each line
   */
  public AuditVerticle(Consumer<String> record) {
    this.record = record;
  }

  @Override
  public Future<?> start() {
    listener =
        UpdateBus.listen(vertx, update -> record.accept(update.position() + " " + update.topics()));
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    return listener.close();
  }
}
