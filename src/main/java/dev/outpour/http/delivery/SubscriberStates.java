package dev.outpour.http.delivery;

import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.http.stream.ControlEvents;
import dev.outpour.metrics.CloseReason;
import dev.outpour.update.Lineage;
import dev.outpour.update.Position;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The states of the subscribers of one event loop.
 *
 * <p>A subscriber has one cursor, and that only rises. {@link LiveDelivery} serves it while it is
 * live, {@link CatchUp} while it is behind, and it becomes live in the turn in which its cursor
 * equals the head: so it gets every match once and in the order of the log. For use on the event
 * loop only.
 */
final class SubscriberStates implements Transitions, Subscriber.Owner {

  private static final long LAST_WORD_MILLIS = 1_000;

  private final DeliveryContext context;
  private final LoopPosition position;
  private final StartLocator locator;
  private final CatchUp catchUp;
  private final BiConsumer<Subscriber, CloseReason> left;
  private final List<Subscriber> ahead = new ArrayList<>();

  /**
   * Begins with no subscribers.
   *
   * @param left is told of each subscriber that has left
   */
  SubscriberStates(
      DeliveryContext context,
      LoopPosition position,
      EncodedPageCache pages,
      BiConsumer<Subscriber, CloseReason> left) {
    this.context = context;
    this.position = position;
    this.left = left;
    this.locator = new StartLocator(context, position, this);
    this.catchUp = new CatchUp(context, position, this, pages);
  }

  /** Finds where subscribers begin. */
  StartLocator locator() {
    return locator;
  }

  /** Forgets what was found for a group that has gone. */
  void forget(InterestGroup group) {
    catchUp.forget(group);
  }

  @Override
  public void drained(Subscriber subscriber) {
    resume(subscriber);
  }

  @Override
  public void resume(Subscriber subscriber) {
    try {
      if (subscriber.state == Subscriber.State.LOCATING) {
        locator.drained(subscriber);
      } else {
        catchUp(subscriber);
      }
    } catch (Throwable e) {
      fail(subscriber, "going on with a subscriber", e);
    }
  }

  @Override
  public void catchUp(Subscriber subscriber) {
    if (subscriber.state == Subscriber.State.BEHIND
        && !subscriber.isBlocked()
        && !join(subscriber)) {
      catchUp.add(subscriber);
    }
  }

  @Override
  public void retryLater(Subscriber subscriber) {
    locator.retryLater(subscriber);
  }

  @Override
  public boolean join(Subscriber subscriber) {
    if (subscriber.group.isOver(subscriber.cursor, firstEnd(subscriber))) {
      leave(subscriber, CloseReason.ENDED);
      subscriber.end(Buffer.buffer());
      return true;
    }
    if (subscriber.cursor < position.head()) {
      return false;
    }
    if (subscriber.cursor == position.head() && subscriber.standsOn(position.lineage())) {
      subscriber.state = Subscriber.State.LIVE;
      subscriber.group.addLive(subscriber);
    } else {
      subscriber.state = Subscriber.State.AHEAD;
      ahead.add(subscriber);
    }
    return true;
  }

  /**
   * The first number at which the end of a topic counts for a subscriber: it counts if the stream
   * began before it, or if it is retained. Pages may show ends that have expired: their topics may
   * be in use again.
   */
  private long firstEnd(Subscriber subscriber) {
    LogDescription log = position.log();
    return Math.min(subscriber.began + 1, log == null ? 0 : log.head().earliest());
  }

  @Override
  public void fallBehind(Subscriber subscriber, long cursor) {
    try {
      removeLive(subscriber);
      subscriber.moveTo(cursor, position.lineage());
      subscriber.state = Subscriber.State.BEHIND;
      catchUp(subscriber);
    } catch (Throwable e) {
      fail(subscriber, "having a subscriber fall behind", e);
    }
  }

  private void removeLive(Subscriber subscriber) {
    subscriber.group.removeLive(subscriber);
    if (!position.isDelivering()) {
      subscriber.group.compact();
    }
  }

  @Override
  public void fail(Subscriber subscriber, String doing, Throwable cause) {
    context.failures().add(doing, cause);
    try {
      close(subscriber, CloseReason.UNAVAILABLE);
    } catch (Throwable e) {
      breakOff(subscriber, "ending a stream that failed", e);
    }
  }

  @Override
  public void breakOff(Subscriber subscriber, String doing, Throwable cause) {
    context.failures().add(doing, cause);
    context
        .failures()
        .attempt("letting a subscriber go", () -> leave(subscriber, CloseReason.UNAVAILABLE));
    context.failures().attempt("ending a connection", subscriber::reset);
  }

  @Override
  public void decline(Subscriber subscriber) {
    leave(subscriber, CloseReason.ENDED);
    subscriber.decline();
  }

  /** Looks again at the subscribers that were ahead, now that the head has moved. */
  void settleAhead() {
    if (ahead.isEmpty()) {
      return;
    }
    List<Subscriber> waiting = List.copyOf(ahead);
    ahead.clear();
    for (Subscriber subscriber : waiting) {
      if (subscriber.state == Subscriber.State.AHEAD) {
        subscriber.state = Subscriber.State.BEHIND;
        resume(subscriber);
      }
    }
  }

  /**
   * Ends the streams that are ahead and stand on another lineage, as after a restored backup: their
   * clients come back, and are told.
   */
  void endStrays(Lineage lineage) {
    for (Subscriber subscriber : List.copyOf(ahead)) {
      if (subscriber.state == Subscriber.State.AHEAD && !subscriber.isWithin(lineage)) {
        end(subscriber, CloseReason.UNAVAILABLE);
      }
    }
  }

  /** Ends one stream of many; no failure keeps the others from being ended. */
  void end(Subscriber subscriber, CloseReason reason) {
    try {
      close(subscriber, reason);
    } catch (Throwable e) {
      breakOff(subscriber, "ending a stream", e);
    }
  }

  @Override
  public void close(Subscriber subscriber, CloseReason reason) {
    if (subscriber.isClosed()) {
      return;
    }
    Optional<Position> given = givenTo(subscriber);
    leave(subscriber, reason);
    if (subscriber.isMidway()) {
      // Nothing can be said in the middle of an event: what is on its way has some time.
      context.vertx().setTimer(LAST_WORD_MILLIS, fired -> subscriber.reset());
      return;
    }
    subscriber.end(ControlEvents.closing(reason, given));
    if (subscriber.isWaiting()) {
      context.vertx().setTimer(LAST_WORD_MILLIS, fired -> resetIfWaiting(subscriber));
    }
  }

  /** Up to where a stream was given all; before it has begun, the position it came with. */
  private Optional<Position> givenTo(Subscriber subscriber) {
    return switch (subscriber.state) {
      case LIVE -> Optional.of(position.givenTo(subscriber));
      case BEHIND, AHEAD -> Optional.of(subscriber.position());
      case LOCATING -> subscriber.asked();
      case ASIDE, CLOSED -> Optional.empty();
    };
  }

  private static void resetIfWaiting(Subscriber subscriber) {
    if (subscriber.isWaiting()) {
      subscriber.reset();
    }
  }

  @Override
  public void leave(Subscriber subscriber, CloseReason reason) {
    if (subscriber.isClosed()) {
      return;
    }
    if (subscriber.state == Subscriber.State.LIVE) {
      removeLive(subscriber);
    }
    subscriber.state = Subscriber.State.CLOSED;
    locator.leave(subscriber);
    catchUp.leave(subscriber);
    left.accept(subscriber, reason);
  }
}
