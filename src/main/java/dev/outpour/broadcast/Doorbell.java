package dev.outpour.broadcast;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells one event loop over the event bus that the log has grown, with at most one message waiting
 * there: a loop that is held up finds one, not thousands.
 */
public final class Doorbell {

  private final UpdateBus bus;
  private final Consumer<Doorbell> onClose;
  private final String address = UpdateBus.UPDATES + "." + UUID.randomUUID();
  private final AtomicBoolean rung = new AtomicBoolean();
  private @Nullable MessageConsumer<Object> consumer;

  Doorbell(UpdateBus bus, Consumer<Doorbell> onClose) {
    this.bus = bus;
    this.onClose = onClose;
  }

  Future<Void> listen(Vertx vertx, Runnable handler) {
    MessageConsumer<Object> listening =
        vertx
            .eventBus()
            .localConsumer(
                address,
                ring -> {
                  rung.set(false);
                  handler.run();
                });
    consumer = listening;
    return listening.completion();
  }

  void ring() {
    if (rung.compareAndSet(false, true)) {
      bus.tell(address);
    }
  }

  /** Is told no more. */
  public Future<Void> close() {
    onClose.accept(this);
    return consumer == null ? Future.succeededFuture() : consumer.unregister();
  }
}
