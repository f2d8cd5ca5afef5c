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
 * What of the log's file was found damaged, and how pages with damage are read.
 *
 * <p>Damage is believed when a page has failed three times, each a second after the time before: a
 * disk that fails for a moment costs its readers patience and no update. From then on the page is
 * read update by update, and is given in pieces, those that can be read and those that cannot. It
 * may be used by several threads.
 */
public final class Damage {

  private static final Logger log = LoggerFactory.getLogger(Damage.class);

  /** How often a page has to fail. */
  public static final int SIGHTINGS = 3;

  /** How long after a failure the next one counts. */
  public static final long APART_NANOS = 1_000_000_000L;

  private static final int MOST_PAGES = 1_000;
  private static final int MOST_TOLD = 100;
  private static final int MOST_RUNS = 10_000;

  /** How often a page has failed, and when that last counted. */
  private record Sightings(int count, long nanos) {}

  private final LongSupplier nanoTime;
  private final Map<Long, Sightings> pages = new LinkedHashMap<>();
  private final Set<Long> runs = new LinkedHashSet<>();
  private int told;
  private long count;

  /**
   * Creates it.
   *
   * @param nanoTime a clock that never falls
   */
  public Damage(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** How many updates were found that cannot be read; each once. */
  public synchronized long count() {
    return count;
  }

  /**
   * The page with what comes next after a number, or a piece of it.
   *
   * @param after less than the log's head
   * @throws SQLException if it cannot be read now, damaged or not
   */
  public Page page(OpenReaders open, long after, LogHead known) throws SQLException {
    try {
      return open.read(reader -> reader.page(after, known));
    } catch (SQLException e) {
      if (!CorruptLogException.is(e) || !isSure(CorruptLogException.page(e))) {
        throw e;
      }
      Page piece = open.read(reader -> reader.piece(after, known));
      if (piece.damaged()) {
        tell(piece, e);
      }
      return piece;
    }
  }

  /** Takes in that a page has failed; true if that was often enough. */
  private synchronized boolean isSure(long page) {
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

  private synchronized void tell(Page piece, SQLException why) {
    if (!runs.add(piece.to())) {
      return;
    }
    trim(runs.iterator(), runs.size() - MOST_RUNS);
    count += piece.to() - Math.max(piece.from(), piece.earliest() - 1);
    if (told++ < MOST_TOLD) {
      log.error(
          "The log's file is damaged ({}): updates {} to {} cannot be read, and their subscribers"
              + " are told. Restore a backup with \"outpour log restore\", or go on without them",
          why.getMessage(),
          Math.max(piece.from() + 1, piece.earliest()),
          piece.to());
    }
  }

  /** Forgets the oldest. */
  private static void trim(Iterator<Long> oldest, int tooMany) {
    for (int i = 0; i < tooMany; i++) {
      oldest.next();
      oldest.remove();
    }
  }
}
