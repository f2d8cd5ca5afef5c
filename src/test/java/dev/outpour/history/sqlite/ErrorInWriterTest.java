package dev.outpour.history.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.RamDirectory;
import dev.outpour.history.History;
import dev.outpour.history.History.Commit;
import dev.outpour.history.LogClock;
import dev.outpour.history.ManualClock;
import dev.outpour.history.Retention;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Page;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Samples;
import dev.outpour.update.Update;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteErrorCode;

/** The log's writer fails at any step: its publishers learn what happened to their updates. */
@Timeout(60)
class ErrorInWriterTest {

  /** So few that each group has something removed. */
  private static final Retention FEW = new Retention(40, Duration.ofHours(24), 1L << 40);

  private static final Retention EVERYTHING = new Retention(1_000, Duration.ofHours(24), 1L << 40);

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final Path file = RamDirectory.make().resolve("log.db");
  private int published;

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  private <T> Future<T> on(Supplier<Future<T>> call) {
    Promise<T> result = Promise.promise();
    context.runOnContext(turn -> call.get().onComplete(result));
    return result.future();
  }

  private History open(Retention retention, FailingConnection failing) {
    LogClock clock = new ManualClock().logClock();
    return Await.result(
        on(
            () ->
                SqliteHistory.open(
                    vertx, file, retention, clock, new TopicDirectory(0), failing::around)));
  }

  /** A group that exercises every step of the writer. */
  private List<Batch> group() {
    published++;
    Draft keyed = Samples.keyed("k" + published, "data " + published, "t", "u/" + published);
    return List.of(Batch.of(keyed), Batch.of(Samples.last("last", "over/" + published)));
  }

  private static int status(Throwable failure) {
    assertThat(failure).isInstanceOf(RefusedException.class);
    return ((RefusedException) failure).refusal().status();
  }

  private List<Update> all(History history) {
    List<Update> all = new ArrayList<>();
    for (long cursor = history.head().earliest() - 1; cursor < history.head().last(); ) {
      long after = cursor;
      Page page = Await.result(on(() -> history.read(after)));
      page.updates().stream().filter(each -> each.sequence() > after).forEach(all::add);
      cursor = page.to();
    }
    return all;
  }

  private long head(History history) {
    return history.head().last();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void errorAtAnyStepIsToldToItsGroupAloneAndTheLogGoesOn(boolean after) {
    FailingConnection failing = new FailingConnection(() -> new StackOverflowError("planted"));
    History history = open(FEW, failing);
    for (int i = 0; i < 30; i++) {
      Await.result(on(() -> history.append(group())));
    }
    int steps = 0;
    int unknown = 0;
    for (boolean reached = true; reached; steps++) {
      long before = head(history);
      failing.failAt(steps + 1L, after);
      Future<Commit> failed = on(() -> history.append(group()));
      Await.until("an answer to step " + steps, failed::isComplete);
      reached = !failing.isArmed();
      if (failed.failed()) {
        int status = status(failed.cause());
        if (status == 504) {
          unknown++;
          assertThat(head(history)).isIn(before, before + 2);
        } else {
          assertThat(status).isEqualTo(503);
          assertThat(head(history)).as("step %d", steps).isEqualTo(before);
        }
      }
      long now = head(history);
      Commit next = Await.result(on(() -> history.append(group())));
      assertThat(next.outcomes()).allMatch(outcome -> outcome.refusal().isEmpty());
      assertThat(next.page().from()).as("step %d", steps).isEqualTo(now);
      assertThat(all(history)).extracting(Update::sequence).endsWith(now + 1, now + 2);
    }
    assertThat(steps).as("steps of the writer").isGreaterThan(20);
    assertThat(unknown).as("steps of the commit").isBetween(1, 3);
    assertThat(history.lost().isComplete()).isFalse();
    Await.result(on(history::close));
  }

  @Test
  void errorThatComesAgainEndsTheUseOfTheLogWithASentence() {
    FailingConnection failing = new FailingConnection(() -> new AssertionError("planted"));
    History history = open(EVERYTHING, failing);
    failing.failOn("BEGIN IMMEDIATE", false, 2);
    assertThat(status(Await.failure(on(() -> history.append(group()))))).isEqualTo(503);
    assertThat(status(Await.failure(on(() -> history.append(group()))))).isEqualTo(503);
    assertThat(Await.result(history.lost())).contains("planted").contains("start again");
    assertThat(status(Await.failure(on(() -> history.append(group()))))).isEqualTo(503);
    Await.result(on(history::close));
  }

  /** Errors of the shared memory, which grows after the commit was synced. */
  @ParameterizedTest
  @EnumSource(
      value = SQLiteErrorCode.class,
      names = {
        "SQLITE_IOERR_SHMSIZE",
        "SQLITE_IOERR_SHMMAP",
        "SQLITE_IOERR_SHMOPEN",
        "SQLITE_IOERR_FSYNC"
      })
  void commitThatFailsAfterItsSyncIsNotSaidToBeNotStored(SQLiteErrorCode code) {
    FailingConnection failing = new FailingConnection(() -> FailingConnection.as(code));
    History history = open(EVERYTHING, failing);
    String epoch = history.head().position().epoch();
    failing.failOn("COMMIT", true, 1);
    assertThat(status(Await.failure(on(() -> history.append(group()))))).isEqualTo(504);
    assertThat(head(history)).as("stored").isEqualTo(2);
    Await.result(on(() -> history.append(group())));
    assertThat(all(history)).hasSize(4);
    assertThat(history.head().position().epoch()).isNotEqualTo(epoch);
    Await.result(on(history::close));
  }

  @ParameterizedTest
  @EnumSource(
      value = SQLiteErrorCode.class,
      names = {"SQLITE_FULL", "SQLITE_BUSY", "SQLITE_IOERR_WRITE"})
  void commitThatFindsNoRoomStoresNothingAndIsTriedAgain(SQLiteErrorCode code) {
    FailingConnection failing = new FailingConnection(() -> FailingConnection.as(code));
    History history = open(EVERYTHING, failing);
    failing.failOn("COMMIT", false, 3);
    for (int i = 0; i < 3; i++) {
      assertThat(status(Await.failure(on(() -> history.append(group()))))).isEqualTo(503);
    }
    Commit commit = Await.result(on(() -> history.append(group())));
    assertThat(commit.page().to()).isEqualTo(2);
    assertThat(history.head().lineage().epochs()).as("not opened again").hasSize(1);
    Await.result(on(history::close));
  }
}
