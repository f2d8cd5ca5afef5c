package dev.outpour.log;

import dev.outpour.bus.MessageBus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one event loop over the event bus that the log has grown, with at most one message waiting:
 * a loop that is held up finds one, not thousands.
 */
public final class GrowthSignal {

  private static final Logger log = LoggerFactory.getLogger(GrowthSignal.class);

  private enum State {
    QUIET,
    /** A message is on its way. */
    RUNG,
    CLOSED
  }

  /** How long to wait for the last message: interceptors may stop messages. */
  private static final long LAST_RING_MILLIS = 1_000;

  private final MessageBus bus;
  private final Consumer<GrowthSignal> onClose;
  private final String address = "outpour.updates." + UUID.randomUUID();
  private final AtomicReference<State> state = new AtomicReference<>(State.QUIET);
  private final Promise<Void> quiet = Promise.promise();
  private @Nullable MessageConsumer<Object> consumer;

  GrowthSignal(MessageBus bus, Consumer<GrowthSignal> onClose) {
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
                    quiet.tryComplete();
                  }
                });
    consumer = listening;
    return listening.completion();
  }

  /**
   * Sends a message, unless one waits already.
   *
   * @return false if that failed: then it can be sent again
   */
  boolean ring() {
    if (!state.compareAndSet(State.QUIET, State.RUNG)) {
      return true;
    }
    try {
      bus.tell(address);
      return true;
    } catch (Throwable e) {
      state.compareAndSet(State.RUNG, State.QUIET);
      log.error("An event loop could not be told that the log has grown, trying again", e);
      return false;
    }
  }

  /**
   * Closes, once the message on its way has arrived: Vert.x would warn of one that nobody receives.
   */
  public Future<Void> close() {
    onClose.accept(this);
    if (state.getAndSet(State.CLOSED) == State.QUIET) {
      quiet.tryComplete();
    }
    return quiet
        .future()
        .timeout(LAST_RING_MILLIS, TimeUnit.MILLISECONDS)
        .transform(known -> consumer == null ? Future.succeededFuture() : consumer.unregister());
  }
}
