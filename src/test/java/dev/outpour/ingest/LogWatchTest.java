package dev.outpour.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.history.ForwardingHistory;
import dev.outpour.history.Retention;
import dev.outpour.history.memory.MemoryHistory;
import dev.outpour.log.LogHealth;
import dev.outpour.update.Batch;
import dev.outpour.update.Page;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a log is checked if nobody publishes. */
class LogWatchTest {

  /** So many nested calls would overflow the stack. */
  private static final int STEPS = 20_000;

  private final Vertx vertx = Vertx.vertx();
  private final LogHealth health = new LogHealth();

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  /** A log that answers at once, and has more updates to remove for a while. */
  private static final class Crowded extends ForwardingHistory {
    private final AtomicInteger pulses = new AtomicInteger();

    Crowded() {
      super(new MemoryHistory(new Retention(10, Duration.ofHours(1), 1 << 20)));
    }

    @Override
    public Future<Commit> append(List<Batch> group) {
      pulses.incrementAndGet();
      return super.append(group);
    }

    @Override
    public boolean isOverdue() {
      return pulses.get() < STEPS;
    }
  }

  /** Ignores notifications. */
  private static final class Unheard implements CommitObserver {
    @Override
    public void committed(Page page, long acceptedNanos, long tookNanos) {}

    @Override
    public void answered(Page page) {}

    @Override
    public Throwable failed(Throwable failure) {
      return failure;
    }
  }

  @Test
  void stepsGoOnUntilNothingIsTooMuchAndOthersHaveTheirTurnsBetween() {
    Crowded history = new Crowded();
    GroupCommit groups =
        new GroupCommit(vertx, history::append, new Unheard(), 1 << 20, System::nanoTime);
    AtomicInteger between = new AtomicInteger();
    Context context = vertx.getOrCreateContext();
    context.runOnContext(
        turn -> {
          new LogWatch(vertx, history, groups, health).start();
          countTurns(history, context, between);
        });

    Await.until("all steps", () -> history.pulses.get() >= STEPS);
    assertThat(between).hasValueGreaterThan(STEPS / 2);
    assertThat(health.trouble()).isEmpty();
  }

  private static void countTurns(Crowded history, Context context, AtomicInteger between) {
    int pulses = history.pulses.get();
    if (pulses > 0 && pulses < STEPS) {
      between.incrementAndGet();
    }
    if (pulses < STEPS) {
      context.runOnContext(next -> countTurns(history, context, between));
    }
  }
}
