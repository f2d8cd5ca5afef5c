package dev.outpour.history;

import dev.outpour.settings.Section;

/**
 * Where the log is kept, and how much of it. Whichever bound is reached first lets the oldest
 * updates go.
 *
 * @param store {@code sqlite}, a file that outlives the process, or {@code memory}, which ends with
 *     it; default sqlite
 * @param path the file of {@code sqlite}, in the working directory unless absolute; default
 *     data/outpour.db
 * @param keepUpdates updates retained at most, 1 to 1,000,000,000; default 1,000,000
 * @param keepHours age in hours up to which they are retained, 1 to 87,600; default 24
 * @param keepMegabytes bytes retained at most, in megabytes of 1024 × 1024, 1 to 1,048,576; default
 *     1024
 * @param keepKeys publishers' keys remembered at most, 1 to 100,000,000; default 10,000,000. They
 *     are remembered for 24 hours or {@code keepHours}, whichever is longer
 * @param directoryTopics topics known in memory at most, so that patterns find theirs, 0 to
 *     1,000,000,000; 0, the default, is as many as an eighth of the heap holds
 */
public record HistorySettings(
    Store store,
    String path,
    int keepUpdates,
    int keepHours,
    int keepMegabytes,
    int keepKeys,
    int directoryTopics) {

  /** What keeps the log. */
  public enum Store {
    MEMORY,
    SQLITE
  }

  /** Whether the log outlives its process. */
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
