package dev.outpour.http.delivery;

import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.http.stream.ControlEvents;
import dev.outpour.log.Inquiry;
import dev.outpour.log.LocalLog;
import dev.outpour.metrics.CloseReason;
import dev.outpour.update.Interest;
import dev.outpour.update.LogHead;
import dev.outpour.update.Start;
import dev.outpour.update.StartPosition;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Finds where subscribers begin and writes their first block, or sends them away if all that they
 * want has ended.
 *
 * <p>While the log cannot be asked, a subscriber is connected all the same and served later. For
 * use on one event loop.
 */
final class StartLocator {

  private static final long RETRY_MILLIS = 500;

  /** How long the first block waits for a position to name, in milliseconds. */
  private static final long PATIENCE_MILLIS = 250;

  private final Vertx vertx;
  private final LocalLog log;
  private final LoopPosition position;
  private final Transitions transitions;
  private List<Subscriber> later = new ArrayList<>();

  StartLocator(DeliveryContext context, LoopPosition position, Transitions transitions) {
    this.vertx = context.vertx();
    this.log = context.log();
    this.position = position;
    this.transitions = transitions;
  }

  /** Locates a subscriber, now or as soon as possible. */
  void locate(Subscriber subscriber) {
    if (position.log() == null) {
      await(subscriber);
      return;
    }
    Inquiry<StartPosition> inquiry =
        log.locate(subscriber.start(), subscriber.group.interest(), subscriber.admitted.asker());
    Future<StartPosition> located = inquiry.answer();
    if (located.succeeded()) {
      begin(subscriber, located.result());
      return;
    }
    if (!subscriber.begun && !located.isComplete()) {
      vertx.setTimer(PATIENCE_MILLIS, fired -> greet(subscriber));
    }
    subscriber.inquiry = inquiry;
    located
        .onComplete(answered -> subscriber.inquiry = null)
        .onSuccess(found -> begin(subscriber, found))
        .onFailure(failure -> notLocated(subscriber, failure));
  }

  /**
   * Asks again later; if the hub has given the question up, the stream ends and its client comes
   * back.
   */
  private void notLocated(Subscriber subscriber, Throwable failure) {
    if (subscriber.state != Subscriber.State.LOCATING) {
      return;
    }
    if (Inquiry.isGivenUp(failure)) {
      transitions.close(subscriber, CloseReason.UNAVAILABLE);
    } else {
      await(subscriber);
    }
  }

  /** Withdraws what the log was asked for a subscriber that leaves. */
  void leave(Subscriber subscriber) {
    if (subscriber.inquiry != null) {
      subscriber.inquiry.withdraw();
    }
  }

  /** Whether a subscriber would be sent away; false if that is not known soon. */
  Future<Boolean> hasEnded(Interest wanted, Start start, Object asker) {
    LogDescription served = position.log();
    if (served == null) {
      return Future.succeededFuture(false);
    }
    Interest interest = wanted.isEmpty() ? Interest.in(served.defaultTopic()) : wanted;
    if (!interest.isExact()) {
      return Future.succeededFuture(false);
    }
    Inquiry<StartPosition> inquiry = log.locate(start, interest, asker);
    return inquiry
        .answer()
        .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .map(located -> hasEnded(located, interest))
        .onFailure(late -> inquiry.withdraw())
        .otherwise(false);
  }

  /** Whether all has ended; a subscriber that has lost something is told that first. */
  private static boolean hasEnded(StartPosition located, Interest interest) {
    return located.truncation().isEmpty() && located.isBeyondTheEndOf(interest);
  }

  private void await(Subscriber subscriber) {
    greet(subscriber);
    retryLater(subscriber);
  }

  /** Writes a first block to a subscriber that is not located yet. */
  private static void greet(Subscriber subscriber) {
    if (subscriber.state == Subscriber.State.LOCATING && !subscriber.begun) {
      subscriber.write(ControlEvents.waiting(subscriber.asked()));
    }
  }

  private void begin(Subscriber subscriber, StartPosition located) {
    LogDescription served = position.log();
    if (subscriber.state != Subscriber.State.LOCATING) {
      return;
    }
    if (served == null || !isOf(served.head(), located)) {
      await(subscriber);
    } else if (subscriber.isBlocked()) {
      subscriber.located = located;
    } else if (!subscriber.begun && hasEnded(located, subscriber.group.interest())) {
      transitions.decline(subscriber);
    } else {
      Start start = subscriber.start();
      subscriber.group.located(located);
      subscriber.moveTo(located.cursor(), located.head().lineage());
      subscriber.began = located.cursor();
      subscriber.state = Subscriber.State.BEHIND;
      subscriber.write(ControlEvents.first(located, start, subscriber.begun));
      transitions.catchUp(subscriber);
    }
  }

  /**
   * Whether a place belongs to the log that is served, as far as that is known here. An answer may
   * come from a log that an older copy has replaced since.
   */
  private static boolean isOf(LogHead served, StartPosition located) {
    return served.logId().equals(located.head().logId())
        && (located.cursor() > served.last()
            ? served.lineage().includes(located.head().lineage().at(located.cursor()))
            : located.head().lineage().agrees(served.lineage(), located.cursor()));
  }

  /** Goes on with a subscriber whose socket was not free when it was located. */
  void drained(Subscriber subscriber) {
    if (subscriber.located != null) {
      begin(subscriber, subscriber.located);
    }
  }

  /** Tries again later with a subscriber for which the log could not be asked. */
  void retryLater(Subscriber subscriber) {
    if (later.isEmpty()) {
      vertx.setTimer(RETRY_MILLIS, fired -> retry());
    }
    later.add(subscriber);
  }

  private void retry() {
    List<Subscriber> waiting = later;
    later = new ArrayList<>();
    for (Subscriber subscriber : waiting) {
      if (subscriber.state == Subscriber.State.LOCATING) {
        locate(subscriber);
      } else {
        transitions.catchUp(subscriber);
      }
    }
  }
}
