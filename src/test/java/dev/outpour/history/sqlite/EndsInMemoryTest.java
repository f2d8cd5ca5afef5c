package dev.outpour.history.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.history.History;
import dev.outpour.history.History.Commit;
import dev.outpour.history.HistoryContractTest;
import dev.outpour.history.ManualClock;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Refusal;
import dev.outpour.update.Samples;
import dev.outpour.update.Topic;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;

/** The directory in memory knows which topics have ended, once it is filled. */
class EndsInMemoryTest {

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final FailingConnection connection =
      new FailingConnection(() -> FailingConnection.as(SQLiteErrorCode.SQLITE_FULL));
  private TopicDirectory directory = new TopicDirectory(0);
  private History history;

  @BeforeEach
  void open() {
    history =
        Await.result(
            SqliteHistory.open(
                vertx,
                folder.resolve("log.db"),
                HistoryContractTest.EVERYTHING,
                new ManualClock().logClock(),
                directory,
                connection::around));
    Await.until(directory::isComplete, directory::toString);
  }

  @AfterEach
  void close() {
    Await.result(history.close());
    Await.result(vertx.close());
  }

  private void openAgain() {
    Await.result(history.close());
    directory = new TopicDirectory(0);
    open();
  }

  private Commit append(Draft... drafts) {
    return Await.result(history.append(List.of(new Batch(List.of(drafts)))));
  }

  /** The refusal of a publish to a topic; a statement with the topic's name would fail. */
  private Refusal refusedWithoutAskingTheFile(String topic) {
    connection.failOn(topic, false, 1);
    Commit commit = append(Samples.draft("x", topic));
    connection.failOn("none", false, 0);
    return commit.outcomes().get(0).refusal().orElseThrow();
  }

  @Test
  void publishersAndReadersDoNotWaitForTheFile() {
    append(Samples.last("x", "over", "further"), Samples.draft("x", "goes/on"));
    for (int opened = 0; opened < 2; opened++) {
      for (String topic : List.of("over", "further")) {
        assertThat(refusedWithoutAskingTheFile(topic).status()).isEqualTo(409);
      }
      Future<Map<Topic, Long>> ended =
          history.ended(Set.copyOf(Samples.topics("over", "further", "goes/on", "never")));
      assertThat(ended.succeeded()).as("at once").isTrue();
      assertThat(ended.result())
          .isEqualTo(Map.of(Topic.parse("over"), 1L, Topic.parse("further"), 1L));
      openAgain();
    }
  }

  @Test
  void allOfManyAreFilledInFromTheFile() {
    append(
        IntStream.range(0, 1_000)
            .mapToObj(n -> n % 2 == 0 ? Samples.last("x", "t/" + n) : Samples.draft("x", "t/" + n))
            .toArray(Draft[]::new));
    openAgain();
    Map<Topic, Long> ended =
        Await.result(
            history.ended(
                Set.copyOf(
                    Samples.topics(
                        IntStream.range(0, 1_000)
                            .mapToObj(n -> "t/" + n)
                            .toArray(String[]::new)))));
    assertThat(ended).hasSize(500).containsEntry(Topic.parse("t/998"), 999L);
  }

  @Test
  void whatWasEndedInAGroupThatFailedGoesOn() {
    connection.failOn("COMMIT", false, 1);
    Throwable failure = Await.failure(history.append(List.of(Batch.of(Samples.last("x", "t")))));
    assertThat(failure).isNotNull();
    Await.until(directory::isComplete, directory::toString);
    assertThat(append(Samples.draft("x", "t")).outcomes().get(0).refusal()).isEmpty();
    assertThat(Await.result(history.ended(Set.copyOf(Samples.topics("t"))))).isEmpty();
  }
}
