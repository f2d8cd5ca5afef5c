package dev.outpour.history.sqlite.read;

import dev.outpour.history.sqlite.table.CorruptLogException;
import dev.outpour.update.LogHead;
import dev.outpour.update.Page;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps track of damaged pages in the log's file, and reads them.
 *
 * <p>A page counts as damaged once it has failed three times, at least a second apart: a disk that
 * fails for a moment delays subscribers but costs them no update. From then on the page is read
 * update by update and returned in pieces, readable and unreadable ones. Thread-safe.
 */
public final class Damage {

  private static final Logger log = LoggerFactory.getLogger(Damage.class);

  /** How often a page must fail to count as damaged. */
  public static final int SIGHTINGS = 3;

  /** A failure counts if it comes at least this long after the one before. */
  public static final long APART_NANOS = 1_000_000_000L;

  private static final int MOST_PAGES = 1_000;
  private static final int MOST_LOGGED = 100;
  private static final int MOST_RUNS = 10_000;

  /** How often a page has failed, and when a failure last counted. */
  private record Sightings(int count, long nanos) {}

  private final LongSupplier nanoTime;
  private final Map<Long, Sightings> pages = new LinkedHashMap<>();
  private final Set<Long> runs = new LinkedHashSet<>();
  private int logged;
  private long count;

  /**
   * Creates one without damage.
   *
   * @param nanoTime a monotonic clock
   */
  public Damage(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** How many unreadable updates were found, each counted once. */
  public synchronized long count() {
    return count;
  }

  /**
   * The page with the next update after a sequence number, or a piece of that page.
   *
   * @param after less than the head
   * @throws SQLException if the page cannot be read now, damaged or not
   */
  public Page page(OpenReaders open, long after, LogHead head) throws SQLException {
    try {
      return open.read(reader -> reader.page(after, head));
    } catch (SQLException e) {
      if (!CorruptLogException.is(e) || !isDamaged(CorruptLogException.page(e))) {
        throw e;
      }
      Page piece = open.read(reader -> reader.piece(after, head));
      if (piece.damaged()) {
        report(piece, e);
      }
      return piece;
    }
  }

  /** Counts a failure of a page; true if the page now counts as damaged. */
  private synchronized boolean isDamaged(long page) {
    long now = nanoTime.getAsLong();
    Sightings before = pages.remove(page);
    Sightings seen =
        before == null
            ? new Sightings(1, now)
            : before.count() >= SIGHTINGS || now - before.nanos() < APART_NANOS
                ? before
                : new Sightings(before.count() + 1, now);
    pages.put(page, seen);
    trim(pages.keySet().iterator(), pages.size() - MOST_PAGES);
    return seen.count() >= SIGHTINGS;
  }

  private synchronized void report(Page piece, SQLException why) {
    if (!runs.add(piece.to())) {
      return;
    }
    trim(runs.iterator(), runs.size() - MOST_RUNS);
    count += piece.to() - Math.max(piece.from(), piece.earliest() - 1);
    if (logged++ < MOST_LOGGED) {
      log.error(
          "The log's file is damaged ({}): updates {} to {} cannot be read, and their subscribers"
              + " are told. Restore a backup with \"outpour log restore\", or continue without these"
              + " updates",
          why.getMessage(),
          Math.max(piece.from() + 1, piece.earliest()),
          piece.to());
    }
  }

  /** Removes the oldest elements. */
  private static void trim(Iterator<Long> oldest, int tooMany) {
    for (int i = 0; i < tooMany; i++) {
      oldest.next();
      oldest.remove();
    }
  }
}
