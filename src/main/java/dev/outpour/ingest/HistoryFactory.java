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

/** Opens the store that the configuration names. */
public final class HistoryFactory {

  private static final Logger log = LoggerFactory.getLogger(HistoryFactory.class);

  /** Of the heap, what a log in memory may take at most. */
  private static final int HEAP_SHARE = 4;

  /** Of the heap, what the index of keys of a log in a file may take at most. */
  private static final int INDEX_SHARE = 3;

  private HistoryFactory() {}

  /** Opens it; fails if it cannot be used, with a message for the operator. */
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
          "The log is in memory: it keeps {} MB, a quarter of the heap, of the {} MB asked for",
          most >> 20,
          asked >> 20);
    }
    return new Retention(
        settings.keepUpdates(),
        Duration.ofHours(settings.keepHours()),
        Math.min(asked, most),
        keys(settings, most / MemoryKeys.KEY_BYTES));
  }

  /** Keys are what publishers make of them: they never take the memory of everything else. */
  private static long keys(HistorySettings settings, long most) {
    if (settings.keepKeys() > most) {
      log.info(
          "The log remembers {} keys at most, for which the heap has room, of the {} asked for",
          most,
          settings.keepKeys());
    }
    return Math.min(settings.keepKeys(), most);
  }
}
