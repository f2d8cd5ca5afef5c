package dev.outpour.http.interest;

import dev.outpour.log.Inquiry;
import dev.outpour.update.Gap;
import dev.outpour.update.Page;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a group of readers knows of where its topics go on, and who of them waits to know. For use
 * on the event loop only.
 */
public final class KnownGap<S> {

  private Gap gap = new Gap(0, 0);

  /** Who is before this number has lost something. */
  private long lostBefore;

  private final int mostPatience;
  private int patience = 1;

  /** How many pages without anything for the group are read before asking is likely to help. */
  private int toRead;

  private final Set<S> waiting = new LinkedHashSet<>();
  private @Nullable Inquiry<Gap> inquiry;

  /**
   * Begins with nothing known.
   *
   * @param mostPatience how many pages are read at most, once asking did not help, before the log
   *     is asked again
   */
  public KnownGap(int mostPatience) {
    this.mostPatience = mostPatience;
  }

  /** Whether asking is likely to spare a page: what the group was given last says so. */
  public boolean isPromising() {
    return toRead == 0;
  }

  /** Takes in that a page had something for the group, or nothing. */
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

  /** Takes in that readers of exact topics who are before a number have lost something. */
  public void lost(long before) {
    lostBefore = Math.max(lostBefore, before);
  }

  /** Whether a reader of exact topics is known to have lost something after its cursor. */
  public boolean hasLost(long cursor) {
    return cursor < lostBefore;
  }

  /** Takes in that asking has spared no page: each time it takes longer until it is tried again. */
  public void unhelped() {
    toRead = patience;
    patience = Math.min(2 * patience, mostPatience);
  }

  /** The number up to which there is nothing for a reader of the group after its cursor. */
  public long passes(long cursor) {
    return gap.covers(cursor) ? gap.to() : cursor;
  }

  /** Has a reader wait; true if it is the first. */
  public boolean await(S stream) {
    waiting.add(stream);
    return waiting.size() == 1;
  }

  /** Takes in what the log is asked for those who wait. */
  public void asked(Inquiry<Gap> question) {
    inquiry = question;
  }

  /** Lets one go who waits, and the question with the last of them. */
  public void leave(S stream) {
    if (waiting.remove(stream) && waiting.isEmpty() && inquiry != null) {
      inquiry.withdraw();
    }
  }

  /** Lets all go who wait for the answer of a question; none if they wait for a later one. */
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
