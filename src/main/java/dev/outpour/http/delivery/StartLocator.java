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
 * Finds out where readers begin, and writes their first block; or sends them away, if all that they
 * want has ended. Whoever comes while the log cannot be asked is connected all the same, and served
 * when it can. For use on one event loop.
 */
final class StartLocator {

  private static final long RETRY_MILLIS = 500;

  /** How long the first block waits for a position, so that it can name it. */
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

  /** Locates a reader, now or as soon as it can be done. */
  void locate(Subscriber stream) {
    if (position.log() == null) {
      await(stream);
      return;
    }
    Inquiry<StartPosition> inquiry =
        log.locate(stream.start(), stream.group.interest(), stream.admitted.asker());
    Future<StartPosition> located = inquiry.answer();
    if (located.succeeded()) {
      begin(stream, located.result());
      return;
    }
    if (!stream.begun && !located.isComplete()) {
      vertx.setTimer(PATIENCE_MILLIS, fired -> greet(stream));
    }
    stream.inquiry = inquiry;
    located
        .onComplete(answered -> stream.inquiry = null)
        .onSuccess(found -> begin(stream, found))
        .onFailure(failure -> notLocated(stream, failure));
  }

  /** Only a question that the hub has given up is not asked again: the reader comes back later. */
  private void notLocated(Subscriber stream, Throwable failure) {
    if (stream.state != Subscriber.State.LOCATING) {
      return;
    }
    if (Inquiry.isGivenUp(failure)) {
      transitions.close(stream, CloseReason.UNAVAILABLE);
    } else {
      await(stream);
    }
  }

  /** Lets a reader go: nobody waits for what the log is asked for it. */
  void leave(Subscriber stream) {
    if (stream.inquiry != null) {
      stream.inquiry.withdraw();
    }
  }

  /** Whether a reader would be sent away; false if that cannot be said soon. */
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

  /** Whoever has lost something is told that first. */
  private static boolean hasEnded(StartPosition located, Interest interest) {
    return located.truncation().isEmpty() && located.isBeyondTheEndOf(interest);
  }

  private void await(Subscriber stream) {
    greet(stream);
    retryLater(stream);
  }

  /** Writes something to a reader of whom it is not known yet where it begins. */
  private static void greet(Subscriber stream) {
    if (stream.state == Subscriber.State.LOCATING && !stream.begun) {
      stream.write(ControlEvents.waiting(stream.asked()));
    }
  }

  private void begin(Subscriber stream, StartPosition located) {
    LogDescription served = position.log();
    if (stream.state != Subscriber.State.LOCATING) {
      return;
    }
    if (served == null || !isOf(served.head(), located)) {
      await(stream);
    } else if (stream.isBlocked()) {
      stream.located = located;
    } else if (!stream.begun && hasEnded(located, stream.group.interest())) {
      transitions.decline(stream);
    } else {
      Start start = stream.start();
      stream.group.located(located);
      stream.moveTo(located.cursor(), located.head().lineage());
      stream.began = located.cursor();
      stream.state = Subscriber.State.BEHIND;
      stream.write(ControlEvents.first(located, start, stream.begun));
      transitions.catchUp(stream);
    }
  }

  /**
   * Whether a place is one of the log that is served, as far as that is known here. An answer may
   * be of the log before an older copy took its place; then this line never comes to it.
   */
  private static boolean isOf(LogHead served, StartPosition located) {
    return served.logId().equals(located.head().logId())
        && (located.cursor() > served.last()
            ? served.lineage().includes(located.head().lineage().at(located.cursor()))
            : located.head().lineage().agrees(served.lineage(), located.cursor()));
  }

  /** Goes on with a reader whose socket was not free when it was located. */
  void drained(Subscriber stream) {
    if (stream.located != null) {
      begin(stream, stream.located);
    }
  }

  /** Comes back to a reader for whom the log could not be asked. */
  void retryLater(Subscriber stream) {
    if (later.isEmpty()) {
      vertx.setTimer(RETRY_MILLIS, fired -> retry());
    }
    later.add(stream);
  }

  private void retry() {
    List<Subscriber> waiting = later;
    later = new ArrayList<>();
    for (Subscriber stream : waiting) {
      if (stream.state == Subscriber.State.LOCATING) {
        locate(stream);
      } else {
        transitions.catchUp(stream);
      }
    }
  }
}
