package dev.outpour.history.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.history.History;
import dev.outpour.history.LogClock;
import dev.outpour.history.Retention;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.update.Batch;
import dev.outpour.update.Page;
import dev.outpour.update.Samples;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads see nothing of a commit that is in the file but not in the log's head yet. */
class BeyondHeadTest {

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final CountDownLatch committed = new CountDownLatch(1);
  private final CountDownLatch goesOn = new CountDownLatch(1);

  /** Holds a commit right after it is done. */
  private final FailingConnection holding = new FailingConnection(this::hold);

  @AfterEach
  void stop() {
    goesOn.countDown();
    Await.result(vertx.close());
  }

  private History open(int keepUpdates) {
    return Await.result(
        SqliteHistory.open(
            vertx,
            directory.resolve("log.db"),
            new Retention(keepUpdates, Duration.ofHours(1), 1 << 20),
            LogClock.system(),
            new TopicDirectory(0),
            holding::around));
  }

  private @Nullable Throwable hold() throws InterruptedException {
    committed.countDown();
    goesOn.await();
    return null;
  }

  private static Future<History.Commit> append(History history, String data) {
    return history.append(List.of(Batch.of(Samples.draft(data, "t"))));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1_000})
  void nothingIsReadBeyondTheHead(int keepUpdates) throws Exception {
    History history = open(keepUpdates);
    Await.result(append(history, "1"));
    Await.result(append(history, "2"));
    holding.failOn("COMMIT", true, 1);
    Future<History.Commit> third = append(history, "3");
    assertThat(committed.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(history.head().last()).isEqualTo(2);
    for (long after : new long[] {0, 1}) {
      Page page = Await.result(history.read(after));
      assertThat(page.to()).as("after " + after).isEqualTo(2);
      assertThat(page.updates()).allMatch(update -> update.sequence() <= 2);
    }
    goesOn.countDown();
    Await.result(third);
    assertThat(Await.result(history.read(2)).to()).isEqualTo(3);
    Await.result(history.close());
  }
}
