package dev.outpour.http.delivery;

import dev.outpour.http.stream.ControlEvents;
import dev.outpour.loop.TurnBudget;
import dev.outpour.metrics.CloseReason;
import dev.outpour.sse.EventEncoder;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Visits subscribers when their heartbeat is due: tells them their position, and ends those whose
 * client has gone or takes nothing. For use on one event loop, while no page is being delivered.
 */
final class HeartbeatVisitor {

  private final DeliveryContext context;
  private final LoopPosition position;
  private final Transitions transitions;
  private final long stallMillis;
  private @Nullable Buffer headPosition;

  /**
   * Creates it.
   *
   * @param stallMillis how long a subscriber may take nothing while something waits for it
   */
  HeartbeatVisitor(
      DeliveryContext context, LoopPosition position, Transitions transitions, long stallMillis) {
    this.context = context;
    this.position = position;
    this.transitions = transitions;
    this.stallMillis = stallMillis;
  }

  /** Begins with those of one turn: the head stays the same until the next call. */
  void beginTurn() {
    headPosition = null;
  }

  /** Visits one of them. */
  void visit(Subscriber subscriber) {
    try {
      if (!subscriber.isClosed()) {
        context.probe().before(Probe.Step.BEAT);
        check(subscriber);
      }
    } catch (Throwable e) {
      transitions.breakOff(subscriber, "sending a heartbeat", e);
    }
  }

  private void check(Subscriber subscriber) {
    if (subscriber.isSilent()) {
      transitions.leave(subscriber, CloseReason.GONE);
      subscriber.reset();
    } else if (subscriber.isBlocked()) {
      if (subscriber.stalledMillis(TurnBudget.nowMillis()) > stallMillis) {
        transitions.close(subscriber, CloseReason.SLOW);
      }
    } else if (!subscriber.isMidway()) {
      // In the middle of an event nothing else can be written.
      write(subscriber);
    }
  }

  private void write(Subscriber subscriber) {
    switch (subscriber.state) {
      case LOCATING, ASIDE ->
          subscriber.write(
              subscriber.begun
                  ? EventEncoder.silence()
                  : ControlEvents.waiting(subscriber.asked()));
      case LIVE -> {
        subscriber.write(headPosition());
        if (subscriber.isBlocked()) {
          transitions.fallBehind(subscriber, position.head());
        }
      }
      case BEHIND, AHEAD, CLOSED -> subscriber.write(EventEncoder.position(subscriber.position()));
    }
  }

  /** The same for all live subscribers that are visited in one turn. */
  private Buffer headPosition() {
    if (headPosition == null) {
      headPosition = EventEncoder.position(position.lineage().at(position.head()));
    }
    return headPosition;
  }
}
