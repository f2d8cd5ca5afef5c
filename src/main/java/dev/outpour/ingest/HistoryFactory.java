package dev.outpour.ingest;

import dev.outpour.history.History;
import dev.outpour.history.HistorySettings;
import dev.outpour.history.Retention;
import dev.outpour.history.index.KeyIndex;
import dev.outpour.history.memory.MemoryHistory;
import dev.outpour.history.memory.MemoryKeys;
import dev.outpour.history.sqlite.SqliteHistory;
import dev.outpour.settings.CannotStartException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the store of the configuration. */
public final class HistoryFactory {

  private static final Logger log = LoggerFactory.getLogger(HistoryFactory.class);

  /** The largest share of the heap for a log in memory. */
  private static final int HEAP_SHARE = 4;

  /** The largest share of the heap for the index of idempotency keys of a log in a file. */
  private static final int INDEX_SHARE = 3;

  private HistoryFactory() {}

  /** Opens the store. Fails with a message for the operator if it cannot be used. */
  public static Future<History> open(Vertx vertx, HistorySettings settings) {
    return switch (settings.store()) {
      case MEMORY ->
          Future.succeededFuture(new MemoryHistory(inMemory(settings), settings.directoryTopics()));
      case SQLITE -> inFile(vertx, settings);
    };
  }

  private static Future<History> inFile(Vertx vertx, HistorySettings settings) {
    return settings.path().endsWith("/")
        ? Future.failedFuture(
            new CannotStartException(
                "history.path is " + settings.path() + ", a folder: set it to a file in it"))
        : SqliteHistory.open(
            vertx, Path.of(settings.path()), retention(settings), settings.directoryTopics());
  }

  private static Retention retention(HistorySettings settings) {
    return new Retention(
        settings.keepUpdates(),
        Duration.ofHours(settings.keepHours()),
        (long) settings.keepMegabytes() << 20,
        keys(settings, KeyIndex.most(Runtime.getRuntime().maxMemory() / INDEX_SHARE)));
  }

  private static Retention inMemory(HistorySettings settings) {
    long asked = (long) settings.keepMegabytes() << 20;
    long most = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
    if (asked > most) {
      log.info(
          "The log is in memory: it keeps {} MB, a quarter of the heap, instead of {} MB",
          most >> 20,
          asked >> 20);
    }
    return new Retention(
        settings.keepUpdates(),
        Duration.ofHours(settings.keepHours()),
        Math.min(asked, most),
        keys(settings, most / MemoryKeys.KEY_BYTES));
  }

  /** Bounds idempotency keys, since publishers could otherwise use up the memory. */
  private static long keys(HistorySettings settings, long most) {
    if (settings.keepKeys() > most) {
      log.info(
          "The log remembers at most {} idempotency keys, for which the heap has room, instead of {}",
          most,
          settings.keepKeys());
    }
    return Math.min(settings.keepKeys(), most);
  }
}
