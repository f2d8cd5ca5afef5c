package dev.outpour.history;

import dev.outpour.settings.Section;

/**
 * Where the log is stored, and how much it retains. The oldest updates are removed as soon as one
 * of the bounds is exceeded.
 *
 * @param store {@code sqlite}, a file that outlives the process, or {@code memory}, which is lost
 *     with the process; default sqlite
 * @param path the SQLite file, relative to the working directory unless absolute; default
 *     data/outpour.db
 * @param keepUpdates most updates retained, 1 to 1,000,000,000; default 1,000,000
 * @param keepHours age in hours up to which updates are retained, 1 to 87,600; default 24
 * @param keepMegabytes most bytes retained, in megabytes of 1024 × 1024, 1 to 1,048,576; default
 *     1024
 * @param keepKeys most idempotency keys remembered, 1 to 100,000,000; default 10,000,000. They are
 *     remembered for 24 hours or {@code keepHours}, whichever is longer
 * @param directoryTopics most topics kept in memory to match patterns, 0 to 1,000,000,000; the
 *     default 0 means as many as an eighth of the heap holds
 */
public record HistorySettings(
    Store store,
    String path,
    int keepUpdates,
    int keepHours,
    int keepMegabytes,
    int keepKeys,
    int directoryTopics) {

  /** The kinds of store. */
  public enum Store {
    MEMORY,
    SQLITE
  }

  /** Whether the log outlives the process. */
  public boolean durable() {
    return store != Store.MEMORY;
  }

  public static HistorySettings from(Section section) {
    Store store = section.word("store", Store.SQLITE);
    return new HistorySettings(
        store,
        section.file("path", "data/outpour.db"),
        section.integer("keepUpdates", 1_000_000, 1, 1_000_000_000),
        section.integer("keepHours", 24, 1, 87_600),
        section.integer("keepMegabytes", 1024, 1, 1_048_576),
        section.integer("keepKeys", Retention.DEFAULT_KEYS, 1, 100_000_000),
        section.integer("directoryTopics", 0, 0, 1_000_000_000));
  }
}
