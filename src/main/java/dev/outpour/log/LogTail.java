package dev.outpour.log;

import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.update.LogHead;
import dev.outpour.update.Page;
import org.jspecify.annotations.Nullable;

/**
 * What a process knows of the log by itself: its description, the pages held here, and when the
 * newest updates were committed.
 *
 * <p>The description never tells of more than the log has. It may be used from any thread.
 */
final class LogTail {

  private final PageCache cache;
  private final CommitTimes commitTimes = new CommitTimes();
  private final Runnable ownerChanged;
  private volatile @Nullable LogDescription description;

  /**
   * Begins with nothing known.
   *
   * @param ownerChanged is called when the log has another owner or was opened anew
   */
  LogTail(long cacheBytes, Runnable ownerChanged) {
    this.cache = new PageCache(cacheBytes);
    this.ownerChanged = ownerChanged;
  }

  /** The log as it is known here; null while nothing is. */
  @Nullable LogDescription description() {
    return description;
  }

  PageCache cache() {
    return cache;
  }

  CommitTimes commitTimes() {
    return commitTimes;
  }

  /**
   * Takes in what the log has grown by.
   *
   * @param accepted when the first update of it was accepted, by {@link System#nanoTime}
   * @return whether another log has taken its place
   */
  synchronized boolean takeIn(LogDescription log, Page page, long accepted) {
    LogDescription known = description;
    if (known == null
        || !known.logId().equals(log.logId())
        || known.head().last() > log.head().last()) {
      replace(log);
      return true;
    }
    if (page.to() <= known.head().last()) {
      takeInRemoved(known.head(), log);
      return false;
    }
    if (!page.lineage().equals(known.head().lineage())) {
      // The log was opened anew, perhaps as a restored backup that has grown since.
      cache.clear();
      ownerChanged.run();
    }
    cache.put(page);
    commitTimes.add(page.to(), accepted);
    LogHead before = log.head().hasEnds() ? known.head() : known.head().withoutEnds();
    LogHead head = before.advancedBy(page);
    description = new LogDescription(log.defaultTopic(), log.durable(), head);
    return false;
  }

  /** Takes in that updates were removed: the log gets shorter even if nobody publishes. */
  private void takeInRemoved(LogHead known, LogDescription log) {
    LogHead head = log.head();
    if (head.last() == known.last()
        && head.earliest() > known.earliest()
        && head.lineage().equals(known.lineage())) {
      description = log;
    }
  }

  /**
   * Takes in where the log stands.
   *
   * @return whether that was not known
   */
  synchronized boolean settle(LogDescription log) {
    if (log.equals(description)) {
      return false;
    }
    replace(log);
    return true;
  }

  /** Goes over to a log, or to what it has become. */
  synchronized void replace(LogDescription log) {
    cache.clear();
    commitTimes.clear();
    description = log;
    ownerChanged.run();
  }

  /** Keeps a page that was read, unless the log was replaced meanwhile. */
  synchronized void keep(Page page) {
    LogDescription known = description;
    if (known != null && known.head().includes(page)) {
      cache.put(page);
    }
  }
}
