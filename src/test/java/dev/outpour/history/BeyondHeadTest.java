package dev.outpour.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.update.Batch;
import dev.outpour.update.Page;
import dev.outpour.update.Samples;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What readers see of a commit that is in the file, while the log does not tell of it yet. */
class BeyondHeadTest {

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final CountDownLatch committed = new CountDownLatch(1);
  private final CountDownLatch goesOn = new CountDownLatch(1);
  private volatile boolean holds;

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
            this::around));
  }

  /** Has a commit stop right after it is done. */
  private Connection around(Connection connection) {
    return proxy(Connection.class, connection);
  }

  private <T> T proxy(Class<T> type, Object of) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, args) -> {
              Object result;
              try {
                result = method.invoke(of, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              if (holds && args != null && "COMMIT".equals(args[0])) {
                committed.countDown();
                goesOn.await();
              }
              return result != null && method.getReturnType() == Statement.class
                  ? proxy(Statement.class, result)
                  : result;
            }));
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
    holds = true;
    Future<History.Commit> third = append(history, "3");
    committed.await();
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
