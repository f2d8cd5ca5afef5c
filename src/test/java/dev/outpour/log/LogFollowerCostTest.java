package dev.outpour.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.TestCluster;
import dev.outpour.bus.LogMessage;
import dev.outpour.ingest.IngestVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.metrics.EventBusMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an update costs on the wire between the log's owner and one who follows it. */
class LogFollowerCostTest {

  private static final int UPDATES = 600;
  private static final String DATA = "x".repeat(80);

  @TempDir private Path directory;
  private final AtomicLong bytes = new AtomicLong();
  private Vertx owner;
  private Vertx edge;

  /** All that goes over the sockets of one event bus, in both directions. */
  private final class Bytes implements EventBusMetrics<Object> {

    @Override
    public void messageWritten(String address, int count) {
      bytes.addAndGet(count);
    }

    @Override
    public void messageRead(String address, int count) {
      bytes.addAndGet(count);
    }
  }

  @BeforeEach
  void join() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 2, 10)) {
      owner = cluster.join();
      edge =
          cluster.join(
              options ->
                  new VertxMetrics() {
                    @Override
                    public EventBusMetrics<?> createEventBusMetrics() {
                      return new Bytes();
                    }
                  });
    }
  }

  /** Begins with a log that was opened so often before. */
  private void start(int openings) throws Exception {
    String file = directory.resolve("log.db").toString();
    JsonObject history = new JsonObject().put("store", "sqlite").put("path", file);
    DeploymentOptions options =
        new DeploymentOptions().setConfig(new JsonObject().put("history", history));
    String made = Await.result(owner.deployVerticle(new IngestVerticle(), options));
    if (openings > 1) {
      Await.result(owner.undeploy(made));
      try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
          Statement statement = connection.createStatement()) {
        statement.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                + openings
                + ") INSERT INTO lineage SELECT printf('opened%06d', i), 1 FROM n");
      }
      Await.result(owner.deployVerticle(new IngestVerticle(), options));
    }
  }

  @AfterEach
  void leave() {
    Await.result(edge.close());
    Await.result(owner.close());
  }

  /**
   * It was 4,700 to 7,600 bytes when an answer was the page of the log whole: commits follow each
   * other faster than the answers go.
   */
  @ParameterizedTest
  @CsvSource({"1, 1, 700", "8, 1, 400", "1, 10000, 700", "8, 10000, 400"})
  void updateCostsWhatItIsAndTheWordsAroundIt(int publishers, int openings, int most)
      throws Exception {
    start(openings);
    LocalLog followed = LocalLog.of(edge);
    followed.follow();
    Await.until(() -> followed.description() != null, () -> "the log is not known");
    long before = bytes.get();

    AtomicInteger left = new AtomicInteger(UPDATES);
    AtomicInteger answered = new AtomicInteger();
    for (int i = 0; i < publishers; i++) {
      publish(left, answered);
    }
    Await.until(() -> answered.get() == UPDATES, answered::get);
    Await.until(() -> last(followed) == UPDATES, () -> last(followed));

    long each = (bytes.get() - before) / UPDATES;
    System.out.printf(
        "%d publishers, log opened %d times: %d bytes an update and edge%n",
        publishers, openings, each);
    assertThat(each).isBetween((long) DATA.length(), (long) most);
    assertThat(LocalLog.of(edge).description()).isEqualTo(LocalLog.of(owner).description());
  }

  private static long last(LocalLog log) {
    LogMessage.LogDescription known = log.description();
    return known == null ? 0 : known.head().last();
  }

  /** Publishes one after the other at the owner, as long as any are left. */
  private void publish(AtomicInteger left, AtomicInteger answered) {
    if (left.getAndDecrement() > 0) {
      owner
          .eventBus()
          .request(UpdateBus.INGEST, DATA, new DeliveryOptions().addHeader("topic", "t"))
          .onSuccess(
              stored -> {
                answered.incrementAndGet();
                publish(left, answered);
              });
    }
  }
}
