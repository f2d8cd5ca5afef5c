package dev.outpour.http.delivery;

import dev.outpour.http.interest.KnownGap;
import dev.outpour.log.Inquiry;
import dev.outpour.log.LocalLog;
import dev.outpour.update.Gap;
import dev.outpour.update.Page;
import org.jspecify.annotations.Nullable;

/**
 * Takes readers over what has nothing for them, by the log's index instead of its pages. It is
 * asked once for all of a group who wait, and no more once all of them have left; what it says
 * stays true, since the log only grows. For use on one event loop.
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

  /** Below this reading on costs no more than asking. */
  private static final int WORTHWHILE = 2 * Page.MAX_UPDATES;

  private final LocalLog log;
  private final LoopPosition position;
  private final Listener listener;

  GapSkipper(LocalLog log, LoopPosition position, Listener listener) {
    this.log = log;
    this.position = position;
    this.listener = listener;
  }

  /** Moves a reader over what is known to have nothing for it; false if that is nothing. */
  boolean pass(Subscriber stream) {
    long to = Math.min(stream.group.knownGap().passes(stream.cursor), position.head());
    boolean moves = to > stream.cursor && stream.standsOn(position.lineage());
    if (moves) {
      stream.moveTo(to, position.lineage());
    }
    return moves;
  }

  /** Whether asking for a reader may spare it pages. What is known is not asked again. */
  boolean isWorthwhile(Subscriber stream) {
    InterestGroup group = stream.group;
    KnownGap<Subscriber> known = group.knownGap();
    return position.head() - stream.cursor > WORTHWHILE
        && known.isPromising()
        && known.passes(stream.cursor) == stream.cursor;
  }

  /**
   * Whether a reader after whose cursor updates were removed may have lost nothing by it: it is to
   * be asked for, before it is told.
   */
  boolean mayHaveLostNothing(Subscriber stream) {
    InterestGroup group = stream.group;
    return group.interest().isExact() && !group.knownGap().hasLost(stream.cursor);
  }

  /** Asks for a reader; it goes on with {@link Listener#sought}. */
  void ask(Subscriber stream) {
    KnownGap<Subscriber> known = stream.group.knownGap();
    if (known.await(stream)) {
      long after = stream.cursor;
      Inquiry<Gap> inquiry = log.seek(after, stream.group.interest(), stream.admitted.asker());
      known.asked(inquiry);
      inquiry.answer().onComplete(found -> settle(known, inquiry, after, found.result()));
    }
  }

  /** Lets a reader go that may wait. */
  void leave(Subscriber stream) {
    stream.group.knownGap().leave(stream);
  }

  /**
   * Has those who waited go on. Who is behind the gap's beginning has lost something, or came while
   * the question was under way: it reads on, as all do where there is no answer.
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
    for (Subscriber stream : known.release(inquiry)) {
      if (found == null) {
        listener.notSought(stream);
      } else {
        listener.sought(stream, stream.cursor >= found.from());
      }
    }
  }
}
