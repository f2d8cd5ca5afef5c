package dev.outpour.update;

import java.util.Optional;

/**
 * Where a log stands: which log it is, its epochs, what of it is retained, and whether any topic
 * has ended.
 *
 * @param logId the log's own name, random, given when it was made
 * @param lineage its epochs
 * @param earliest the number of the earliest update retained; {@code last + 1} if none is
 * @param last the number of the newest update; 0 if there never was one
 * @param hasEnds whether there may be a topic that has ended; if not, nobody needs to be asked
 *     which
 */
public record LogHead(String logId, Lineage lineage, long earliest, long last, boolean hasEnds) {

  /** The head of a log in which no topic has ended. */
  public LogHead(String logId, Lineage lineage, long earliest, long last) {
    this(logId, lineage, earliest, last, false);
  }

  /**
   * Whether a page is of this log, which may have gone further when it was read: not if it is of
   * another one, or of what a restored backup has taken the place of.
   */
  public boolean includes(Page page) {
    boolean isAhead = page.to() > last;
    return page.lineage().agrees(lineage, isAhead ? last : page.to())
        && (!isAhead || page.lineage().knows(lineage.current().name()));
  }

  /** The head after a page that reaches beyond it; itself if the page does not. */
  public LogHead advancedBy(Page page) {
    return page.to() > last
        ? new LogHead(
            logId,
            page.lineage(),
            Math.max(earliest, page.earliest()),
            page.to(),
            hasEnds || page.hasEnd())
        : this;
  }

  /** The same, when the log has said that all ends have expired. */
  public LogHead withoutEnds() {
    return new LogHead(logId, lineage, earliest, last);
  }

  /** The same with its epochs in another form. */
  public LogHead withLineage(Lineage form) {
    return new LogHead(logId, form, earliest, last, hasEnds);
  }

  /** The position of the newest update. */
  public Position position() {
    return lineage.at(last);
  }

  /** Where a reader goes on that came with something that is no position: at the head. */
  public StartPosition locateUnreadable() {
    return StartPosition.truncated(last, this, Truncation.Reason.UNKNOWN, Optional.empty());
  }

  /**
   * Where a reader that was at a position goes on. Only the log's own head may decide this for a
   * position that is ahead of it, see {@link #covers}.
   */
  public StartPosition locate(Position asked) {
    if (!lineage.knows(asked.epoch())) {
      return StartPosition.truncated(last, this, Truncation.Reason.UNKNOWN, Optional.of(asked));
    }
    if (lineage.excludes(asked)) {
      long cursor = Math.max(lineage.endOf(asked.epoch()), earliest - 1);
      return StartPosition.truncated(
          cursor, this, Truncation.Reason.ROLLED_BACK, Optional.of(asked));
    }
    if (asked.sequence() > last) {
      return StartPosition.truncated(last, this, Truncation.Reason.FUTURE, Optional.of(asked));
    }
    if (asked.sequence() < earliest - 1) {
      return StartPosition.truncated(
          earliest - 1, this, Truncation.Reason.EXPIRED, Optional.of(asked));
    }
    return new StartPosition(asked.sequence(), this, Optional.empty());
  }

  /**
   * Whether it is all that {@link #locate} says against a position that what came next has been
   * removed.
   */
  public boolean locatesAsExpired(Position asked) {
    return locate(asked)
        .truncation()
        .filter(lost -> lost.reason() == Truncation.Reason.EXPIRED)
        .isPresent();
  }

  /**
   * Whether a head that may be late (a process's, a loop's) already says all about a position: it
   * is of an epoch known here and not ahead.
   */
  public boolean covers(Position asked) {
    return lineage.knows(asked.epoch()) && asked.sequence() <= last;
  }
}
