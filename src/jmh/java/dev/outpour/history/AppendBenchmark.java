package dev.outpour.history;

import dev.outpour.history.memory.MemoryHistory;
import dev.outpour.history.sqlite.SqliteHistory;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time to append a group of updates of 100 bytes to a full log, which removes as many: from the
 * call on the event loop to the answer there.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AppendBenchmark {

  private static final Retention RETENTION = new Retention(20_000, Duration.ofHours(1), 1L << 30);
  private static final int FILLING = 512;

  @Param({"MEMORY", "SQLITE"})
  public HistorySettings.Store store;

  @Param({"1", "64", "512"})
  public int updates;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private Path directory;
  private History history;
  private List<Batch> group;

  @Setup
  public void begin() throws IOException {
    directory = Files.createTempDirectory(Path.of("target"), "append");
    history =
        store == HistorySettings.Store.MEMORY
            ? new MemoryHistory(RETENTION)
            : await(() -> SqliteHistory.open(vertx, directory.resolve("log.db"), RETENTION));
    for (int i = 0; i < RETENTION.updates() / FILLING + 1; i++) {
      await(() -> history.append(group(FILLING)));
    }
    group = group(updates);
  }

  private static List<Batch> group(int updates) {
    Buffer data = Buffer.buffer("{\"p\":\"" + "x".repeat(92) + "\"}");
    Topic topic = Topic.parse("orders/42");
    Draft draft = new Draft(List.of(topic), null, null, Update.Form.JSON, data);
    return Collections.nCopies(updates, Batch.of(draft));
  }

  @Benchmark
  public Object append() {
    return await(() -> history.append(group));
  }

  @TearDown
  public void end() throws IOException {
    await(history::close);
    vertx.close().await();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private <T> T await(Supplier<Future<T>> action) {
    Promise<T> done = Promise.promise();
    context.runOnContext(started -> action.get().onComplete(done));
    return done.future().await();
  }
}
