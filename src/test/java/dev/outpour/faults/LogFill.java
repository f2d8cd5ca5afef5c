package dev.outpour.faults;

import dev.outpour.Await;
import dev.outpour.history.History;
import dev.outpour.history.Retention;
import dev.outpour.history.sqlite.SqliteHistory;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.LogHead;
import dev.outpour.update.Samples;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Fills a log as fast as its writer goes, before a hub is started on it. */
final class LogFill {

  private static final int GROUP = 1_024;
  private static final Retention EVERYTHING =
      new Retention(1L << 40, Duration.ofHours(24), 1L << 50);

  private LogFill() {}

  /**
   * Appends updates.
   *
   * @param topic of each, by its place
   * @return where the log then stands
   */
  static LogHead fill(Path file, int updates, IntFunction<String> topic) {
    Vertx vertx = Vertx.vertx();
    try {
      History log = Await.result(SqliteHistory.open(vertx, file, EVERYTHING));
      for (int from = 0; from < updates; from += GROUP) {
        List<Draft> drafts =
            IntStream.range(from, Math.min(updates, from + GROUP))
                .mapToObj(n -> Samples.draft("\"" + n + "\"", topic.apply(n)))
                .toList();
        Await.result(log.append(List.of(new Batch(drafts))));
      }
      LogHead head = log.head();
      Await.result(log.close());
      return head;
    } finally {
      Await.result(vertx.close());
    }
  }
}
