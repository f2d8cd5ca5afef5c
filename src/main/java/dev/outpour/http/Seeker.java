package dev.outpour.http;

import dev.outpour.broadcast.Inquiry;
import dev.outpour.broadcast.LocalLog;
import dev.outpour.update.Gap;
import dev.outpour.update.Page;
import org.jspecify.annotations.Nullable;

/**
 * Takes readers over what has nothing for them, by the log's index instead of its pages. It is
 * asked once for all of a group who wait, and no more once all of them have left; what it says
 * stays true, since the log only grows. For use on one event loop.
 */
final class Seeker {

  /** Below this reading on costs no more than asking. */
  private static final int WORTHWHILE = 2 * Page.MAX_UPDATES;

  private final LocalLog log;
  private final Audience audience;
  private final CatchUp catchUp;

  Seeker(LocalLog log, Audience audience, CatchUp catchUp) {
    this.log = log;
    this.audience = audience;
    this.catchUp = catchUp;
  }

  /** Moves a reader over what is known to have nothing for it; false if that is nothing. */
  boolean pass(EventStream stream) {
    long to = Math.min(stream.group.knownGap().passes(stream.cursor), audience.head());
    boolean moves = to > stream.cursor && stream.standsOn(audience.lineage());
    if (moves) {
      stream.moveTo(to, audience.lineage());
    }
    return moves;
  }

  /** Whether asking for a reader may spare it pages. What is known is not asked again. */
  boolean isWorthwhile(EventStream stream) {
    Group group = stream.group;
    KnownGap known = group.knownGap();
    return audience.head() - stream.cursor > WORTHWHILE
        && known.isPromising()
        && known.passes(stream.cursor) == stream.cursor;
  }

  /** Asks for a reader; it goes on with {@link CatchUp#sought}. */
  void ask(EventStream stream) {
    KnownGap known = stream.group.knownGap();
    if (known.await(stream)) {
      Inquiry<Gap> inquiry = log.seek(stream.cursor, stream.group.interest(), stream.asker);
      known.asked(inquiry);
      inquiry.answer().onComplete(found -> settle(known, inquiry, found.result()));
    }
  }

  /** Lets a reader go that may wait. */
  void leave(EventStream stream) {
    stream.group.knownGap().leave(stream);
  }

  /**
   * Has those who waited go on. Who is behind the gap's beginning has lost something, or came while
   * the question was under way: it reads on, as all do where there is no answer.
   */
  private void settle(KnownGap known, Inquiry<Gap> inquiry, @Nullable Gap found) {
    if (found != null) {
      known.learn(found);
    } else {
      known.unhelped();
    }
    for (EventStream stream : known.release(inquiry)) {
      catchUp.sought(stream, found != null && stream.cursor >= found.from());
    }
  }
}
