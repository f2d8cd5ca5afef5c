package dev.outpour.http.interest;

import dev.outpour.log.Inquiry;
import dev.outpour.update.Gap;
import dev.outpour.update.Page;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the stretch of the log that has nothing for a group, and who waits to know more.
 * For use on one event loop.
 */
public final class KnownGap<S> {

  private Gap gap = new Gap(0, 0);

  /** Cursors below this number have lost something. */
  private long lostBefore;

  private final int mostPatience;
  private int patience = 1;

  /**
   * How many more pages without anything for the group are read before asking is likely to help.
   */
  private int toRead;

  private final Set<S> waiting = new LinkedHashSet<>();
  private @Nullable Inquiry<Gap> inquiry;

  /**
   * Begins with nothing known.
   *
   * @param mostPatience how many pages are read at most after asking did not help
   */
  public KnownGap(int mostPatience) {
    this.mostPatience = mostPatience;
  }

  /** Whether asking is likely to spare a page. */
  public boolean isPromising() {
    return toRead == 0;
  }

  /** Notes whether a page had something for the group. */
  public void pageGiven(boolean hadEvents) {
    if (!hadEvents && toRead > 0) {
      toRead--;
    }
  }

  public void learn(Gap found) {
    boolean adjoins = found.from() <= gap.to() && gap.from() <= found.to();
    gap =
        adjoins
            ? new Gap(Math.min(gap.from(), found.from()), Math.max(gap.to(), found.to()))
            : found;
    if (found.length() >= Page.MAX_UPDATES) {
      toRead = 0;
      patience = 1;
    } else {
      unhelped();
    }
  }

  /** Notes that subscribers of exact topics below a number have lost something. */
  public void lost(long before) {
    lostBefore = Math.max(lostBefore, before);
  }

  /** Whether a subscriber of exact topics is known to have lost something after its cursor. */
  public boolean hasLost(long cursor) {
    return cursor < lostBefore;
  }

  /** Notes that asking has spared no page: it takes longer each time until it is tried again. */
  public void unhelped() {
    toRead = patience;
    patience = Math.min(2 * patience, mostPatience);
  }

  /** The number up to which there is nothing for the group after a cursor. */
  public long passes(long cursor) {
    return gap.covers(cursor) ? gap.to() : cursor;
  }

  /** Has somebody wait; true if it is the first. */
  public boolean await(S stream) {
    waiting.add(stream);
    return waiting.size() == 1;
  }

  /** Notes the question that is open. */
  public void asked(Inquiry<Gap> question) {
    inquiry = question;
  }

  /** Lets one go that waits; the question is withdrawn with the last of them. */
  public void leave(S stream) {
    if (waiting.remove(stream) && waiting.isEmpty() && inquiry != null) {
      inquiry.withdraw();
    }
  }

  /** Lets all go that wait for the answer to a question; nobody if they wait for a later one. */
  public List<S> release(Inquiry<Gap> answered) {
    if (!answered.equals(inquiry)) {
      return List.of();
    }
    List<S> released = List.copyOf(waiting);
    waiting.clear();
    inquiry = null;
    return released;
  }
}
