package dev.outpour.http.delivery;

import dev.outpour.http.interest.KnownGap;
import dev.outpour.log.Inquiry;
import dev.outpour.log.LocalLog;
import dev.outpour.update.Gap;
import dev.outpour.update.Page;
import org.jspecify.annotations.Nullable;

/**
 * Skips what has nothing for a subscriber, by the log's index instead of its pages.
 *
 * <p>It asks once for all members of a group that wait, and withdraws the question when all of them
 * have left. An answer stays true, since the log only grows. For use on one event loop.
 */
final class GapSkipper {

  /** Goes on with subscribers for which the log's index was asked. */
  interface Listener {

    /**
     * The index has answered, or was of no use.
     *
     * @param answered whether the subscriber was taken on by the answer; else it has to read
     */
    void sought(Subscriber subscriber, boolean answered);

    /** The index could not be asked. */
    void notSought(Subscriber subscriber);
  }

  /** Distance to the head below which reading costs no more than asking. */
  private static final int WORTHWHILE = 2 * Page.MAX_UPDATES;

  private final LocalLog log;
  private final LoopPosition position;
  private final Listener listener;

  GapSkipper(LocalLog log, LoopPosition position, Listener listener) {
    this.log = log;
    this.position = position;
    this.listener = listener;
  }

  /** Moves a subscriber over what is known to have nothing for it; false if that is nothing. */
  boolean pass(Subscriber subscriber) {
    long to = Math.min(subscriber.group.knownGap().passes(subscriber.cursor), position.head());
    boolean moves = to > subscriber.cursor && subscriber.standsOn(position.lineage());
    if (moves) {
      subscriber.moveTo(to, position.lineage());
    }
    return moves;
  }

  /** Whether asking for a subscriber may spare it pages. What is known is not asked again. */
  boolean isWorthwhile(Subscriber subscriber) {
    InterestGroup group = subscriber.group;
    KnownGap<Subscriber> known = group.knownGap();
    return position.head() - subscriber.cursor > WORTHWHILE
        && known.isPromising()
        && known.passes(subscriber.cursor) == subscriber.cursor;
  }

  /**
   * Whether a subscriber may have lost nothing by updates that were removed after its cursor: then
   * the index is asked before it is told.
   */
  boolean mayHaveLostNothing(Subscriber subscriber) {
    InterestGroup group = subscriber.group;
    return group.interest().isExact() && !group.knownGap().hasLost(subscriber.cursor);
  }

  /** Asks for a subscriber; it goes on with {@link Listener#sought}. */
  void ask(Subscriber subscriber) {
    KnownGap<Subscriber> known = subscriber.group.knownGap();
    if (known.await(subscriber)) {
      long after = subscriber.cursor;
      Inquiry<Gap> inquiry =
          log.seek(after, subscriber.group.interest(), subscriber.admitted.asker());
      known.asked(inquiry);
      inquiry.answer().onComplete(found -> settle(known, inquiry, after, found.result()));
    }
  }

  /** Forgets a subscriber that leaves. */
  void leave(Subscriber subscriber) {
    subscriber.group.knownGap().leave(subscriber);
  }

  /**
   * Has those that waited go on. One before the gap's beginning has lost something, or came while
   * the question was open: it reads on, as all do if there is no answer.
   */
  private void settle(
      KnownGap<Subscriber> known, Inquiry<Gap> inquiry, long after, @Nullable Gap found) {
    if (found == null) {
      known.unhelped();
    } else {
      known.learn(found);
      if (found.from() > after) {
        known.lost(found.from());
      }
    }
    for (Subscriber subscriber : known.release(inquiry)) {
      if (found == null) {
        listener.notSought(subscriber);
      } else {
        listener.sought(subscriber, subscriber.cursor >= found.from());
      }
    }
  }
}
