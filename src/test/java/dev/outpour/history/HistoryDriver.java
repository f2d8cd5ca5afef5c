package dev.outpour.history;

import dev.outpour.Await;
import dev.outpour.history.History.Commit;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.history.sqlite.SqliteHistory;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Samples;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** A log in a file, called by a test on the log's own context. */
public final class HistoryDriver implements AutoCloseable {

  final Vertx vertx = Vertx.vertx();
  public final ManualClock clock = new ManualClock();
  private final Context context = vertx.getOrCreateContext();
  private final Path file;
  private History history;

  public HistoryDriver(Path file) {
    this.file = file;
  }

  /** Opens the log; closes it first if it is open. */
  public HistoryDriver open(Retention retention) {
    shut();
    history = call(() -> SqliteHistory.open(vertx, file, retention, clock.logClock()));
    return this;
  }

  /** Opens the log with a directory of topics that the test can inspect. */
  public HistoryDriver open(Retention retention, TopicDirectory directory) {
    shut();
    history =
        call(
            () ->
                SqliteHistory.open(
                    vertx, file, retention, clock.logClock(), directory, UnaryOperator.identity()));
    return this;
  }

  public History history() {
    return history;
  }

  /** Begins a call on the log's context. */
  public <T> Future<T> begin(Supplier<Future<T>> call) {
    Promise<T> result = Promise.promise();
    context.runOnContext(turn -> call.get().onComplete(result));
    return result.future();
  }

  /** Calls on the log's context and waits. */
  public <T> T call(Supplier<Future<T>> call) {
    return Await.result(begin(call));
  }

  public Commit append(Batch... group) {
    return call(() -> history.append(List.of(group)));
  }

  /** Updates of a given length, each in one topic; the topics take turns. */
  public static Batch batch(int count, int characters, String... topics) {
    return new Batch(
        IntStream.range(0, count)
            .<Draft>mapToObj(n -> Samples.draft("x".repeat(characters), topics[n % topics.length]))
            .toList());
  }

  public long fileBytes() {
    return size(file);
  }

  public long walBytes() {
    return size(file.resolveSibling(file.getFileName() + "-wal"));
  }

  private static long size(Path path) {
    try {
      return Files.exists(path) ? Files.size(path) : 0;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Closes the log. */
  public void shut() {
    if (history != null) {
      call(history::close);
      history = null;
    }
  }

  @Override
  public void close() {
    shut();
    Await.result(vertx.close());
  }
}
