package dev.outpour.update;

import java.util.Optional;

/**
 * The head of a log: its id, its epochs, the range of retained updates, and whether topics have
 * ended.
 *
 * @param logId the id of the log, random, assigned when it was created
 * @param lineage its epochs
 * @param earliest the number of the earliest retained update; {@code last + 1} if there is none
 * @param last the number of the newest update; 0 if there never was one
 * @param hasEnds whether a topic may have ended
 */
public record LogHead(String logId, Lineage lineage, long earliest, long last, boolean hasEnds) {

  /** The head of a log in which no topic has ended. */
  public LogHead(String logId, Lineage lineage, long earliest, long last) {
    this(logId, lineage, earliest, last, false);
  }

  /**
   * Whether a page is of this log, which may have grown since. A page of another log, or of one
   * that a restored backup replaced, is not.
   */
  public boolean includes(Page page) {
    boolean isAhead = page.to() > last;
    return page.lineage().agrees(lineage, isAhead ? last : page.to())
        && (!isAhead || page.lineage().knows(lineage.current().name()));
  }

  /** The head after a page that extends it; itself if the page does not. */
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

  /** The same head, after all ends have expired. */
  public LogHead withoutEnds() {
    return new LogHead(logId, lineage, earliest, last);
  }

  /** The same head with another form of its epochs. */
  public LogHead withLineage(Lineage form) {
    return new LogHead(logId, form, earliest, last, hasEnds);
  }

  /** The position of the newest update. */
  public Position position() {
    return lineage.at(last);
  }

  /** The start of a subscriber with an invalid position: the head. */
  public StartPosition locateUnreadable() {
    return StartPosition.truncated(last, this, Truncation.Reason.UNKNOWN, Optional.empty());
  }

  /**
   * The start of a subscriber that resumes at a position. Only the log's own head can decide this
   * for a position ahead of it, see {@link #covers}.
   */
  public StartPosition locate(Position requested) {
    if (!lineage.knows(requested.epoch())) {
      return StartPosition.truncated(last, this, Truncation.Reason.UNKNOWN, Optional.of(requested));
    }
    if (lineage.excludes(requested)) {
      long cursor = Math.max(lineage.endOf(requested.epoch()), earliest - 1);
      return StartPosition.truncated(
          cursor, this, Truncation.Reason.ROLLED_BACK, Optional.of(requested));
    }
    if (requested.sequence() > last) {
      return StartPosition.truncated(last, this, Truncation.Reason.FUTURE, Optional.of(requested));
    }
    if (requested.sequence() < earliest - 1) {
      return StartPosition.truncated(
          earliest - 1, this, Truncation.Reason.EXPIRED, Optional.of(requested));
    }
    return new StartPosition(requested.sequence(), this, Optional.empty());
  }

  /** Whether {@link #locate} rejects a position only because updates after it have been removed. */
  public boolean locatesAsExpired(Position requested) {
    return locate(requested)
        .truncation()
        .filter(lost -> lost.reason() == Truncation.Reason.EXPIRED)
        .isPresent();
  }

  /**
   * Whether this head, which may lag behind the log's, can decide about a position: its epoch is
   * known here, and it is not ahead.
   */
  public boolean covers(Position requested) {
    return lineage.knows(requested.epoch()) && requested.sequence() <= last;
  }
}
