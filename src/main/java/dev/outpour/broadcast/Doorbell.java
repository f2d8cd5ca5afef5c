package dev.outpour.broadcast;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells one event loop over the event bus that the log has grown, with at most one message waiting
 * there: a loop that is held up finds one, not thousands.
 */
public final class Doorbell {

  private enum State {
    QUIET,
    /** A message is on its way. */
    RUNG,
    CLOSED
  }

  private final UpdateBus bus;
  private final Consumer<Doorbell> onClose;
  private final String address = UpdateBus.UPDATES + "." + UUID.randomUUID();
  private final AtomicReference<State> state = new AtomicReference<>(State.QUIET);
  private final Promise<Void> unheard = Promise.promise();
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
                  if (state.compareAndSet(State.RUNG, State.QUIET)) {
                    handler.run();
                  } else {
                    unregister();
                  }
                });
    consumer = listening;
    return listening.completion();
  }

  void ring() {
    if (state.compareAndSet(State.QUIET, State.RUNG)) {
      bus.tell(address);
    }
  }

  /** Is told no more; done when what is on its way has arrived, since Vert.x warns of it if not. */
  public Future<Void> close() {
    onClose.accept(this);
    if (state.getAndSet(State.CLOSED) == State.QUIET) {
      unregister();
    }
    return unheard.future();
  }

  private void unregister() {
    if (consumer == null) {
      unheard.tryComplete();
    } else {
      consumer.unregister().onComplete(gone -> unheard.tryComplete());
    }
  }
}
