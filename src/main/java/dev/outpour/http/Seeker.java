package dev.outpour.http;

import dev.outpour.broadcast.LocalLog;
import dev.outpour.update.Gap;
import dev.outpour.update.Page;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Takes readers of exact topics over what has nothing for them, by the log's index instead of its
 * pages. It is asked once for all of a group who wait, and a few times at once at most; what it
 * says stays true, since the log only grows. For use on one event loop.
 */
final class Seeker {

  private record Question(Group group, KnownGap known) {}

  /** Below this reading on costs no more than asking. */
  private static final int WORTHWHILE = 2 * Page.MAX_UPDATES;

  private static final int MOST_UNDER_WAY = 4;

  private final LocalLog log;
  private final Audience audience;
  private final CatchUp catchUp;
  private final Queue<Question> due = new ArrayDeque<>();
  private int underWay;

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

  /** Whether asking for a reader may spare it pages. */
  boolean isWorthwhile(EventStream stream) {
    Group group = stream.group;
    return group.interest().patterns().isEmpty()
        && audience.head() - stream.cursor > WORTHWHILE
        && group.knownGap().isPromising();
  }

  /** Asks for a reader; it goes on with {@link CatchUp#sought}. */
  void ask(EventStream stream) {
    Group group = stream.group;
    if (group.knownGap().await(stream)) {
      due.add(new Question(group, group.knownGap()));
      askNext();
    }
  }

  private void askNext() {
    while (underWay < MOST_UNDER_WAY && !due.isEmpty()) {
      Question next = due.remove();
      underWay++;
      log.seek(next.known().lowestCursor(), next.group().interest().topics())
          .onComplete(
              found -> {
                underWay--;
                settle(next.known(), found.result());
                askNext();
              });
    }
  }

  /**
   * Has those who waited go on. Who is behind the gap's beginning has lost something, or came while
   * the question was under way: it reads on, as all do where there is no answer.
   */
  private void settle(KnownGap known, @Nullable Gap found) {
    if (found != null) {
      known.learn(found);
    }
    for (EventStream stream : known.release()) {
      catchUp.sought(stream, found != null && stream.cursor >= found.from());
    }
  }
}
