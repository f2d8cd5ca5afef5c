package dev.outpour.http.delivery;

import dev.outpour.loop.TurnBudget;
import dev.outpour.metrics.CloseReason;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.BiConsumer;

/**
 * Ends streams of one event loop that may not go on, in slices between which the loop does other
 * things. For use on that loop only.
 */
final class Evictions {

  private record Eviction(Subscriber subscriber, CloseReason reason) {}

  private final Vertx vertx;
  private final BiConsumer<Subscriber, CloseReason> end;
  private final Queue<Eviction> due = new ArrayDeque<>();

  /**
   * Begins with none.
   *
   * @param end ends one stream
   */
  Evictions(Vertx vertx, BiConsumer<Subscriber, CloseReason> end) {
    this.vertx = vertx;
    this.end = end;
  }

  /** Whether some are left to be ended. */
  boolean areUnderWay() {
    return !due.isEmpty();
  }

  /** Ends streams, at once as far as the time of a turn allows. */
  void end(List<Subscriber> streams, CloseReason reason) {
    boolean first = due.isEmpty();
    streams.forEach(subscriber -> due.add(new Eviction(subscriber, reason)));
    if (first) {
      goOn();
    }
  }

  private void goOn() {
    TurnBudget budget = new TurnBudget();
    while (!budget.isTimeUp()) {
      Eviction next = due.poll();
      if (next == null) {
        return;
      }
      end.accept(next.subscriber(), next.reason());
    }
    if (!due.isEmpty()) {
      vertx.runOnContext(turn -> goOn());
    }
  }
}
