package dev.outpour.history.sqlite.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.history.HistoryDriver;
import dev.outpour.history.Retention;
import dev.outpour.history.index.KeyPartitions;
import dev.outpour.history.sqlite.FormOne;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Key;
import dev.outpour.update.Lineage.Epoch;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Position;
import dev.outpour.update.Samples;
import dev.outpour.update.Update;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** This version keeps everything that an earlier version wrote. */
class LogUpgradeTest {

  private static final Retention EVERYTHING =
      new Retention(1_000_000, Duration.ofHours(24), 1L << 40);

  @TempDir private Path directory;
  private Path file;
  private HistoryDriver log;

  @BeforeEach
  void start() throws IOException {
    file = directory.resolve("log.db");
    FormOne.copyTo(file);
    log = new HistoryDriver(file);
    log.clock.setBy(Duration.ofMillis(FormOne.NEWEST_MILLIS - log.clock.wallMillis()));
  }

  @AfterEach
  void stop() {
    log.close();
  }

  private static Retention keeping(long keys) {
    return new Retention(1_000_000, Duration.ofHours(24), 1L << 40, keys);
  }

  private Outcome outcome(Draft draft) {
    return log.append(Batch.of(draft)).outcomes().get(0);
  }

  private void assertDuplicate(Draft draft, String epoch, long sequence) {
    assertThat(outcome(draft).receipts())
        .containsExactly(new Outcome.Receipt(new Position(epoch, sequence), true));
  }

  private int refusal(Draft draft) {
    return outcome(draft).refusal().map(refused -> refused.status()).orElse(0);
  }

  private void assertKeysAreKnown() {
    assertDuplicate(Samples.keyed("first-1", "first 1", "rooms/1"), FormOne.FIRST_EPOCH, 1);
    assertDuplicate(Samples.keyed("second-5", "second 5", "rooms/5"), FormOne.SECOND_EPOCH, 18);
    assertDuplicate(
        new Draft(
            Samples.topics("b", "a"),
            "both",
            Key.parse(Key.UNSCOPED, "two"),
            Update.Form.TEXT,
            Buffer.buffer("two")),
        FormOne.FIRST_EPOCH,
        11);
    assertThat(refusal(Samples.keyed("first-1", "another", "rooms/1"))).isEqualTo(422);
  }

  @Test
  void updatesEndsEpochsAndKeysOfFormOneAreThereAfterEachOpening() {
    for (int opening = 1; opening <= 3; opening++) {
      log.open(EVERYTHING);
      assertThat(log.history().head().lineage().epochs())
          .hasSize(2 + opening)
          .startsWith(new Epoch(FormOne.FIRST_EPOCH, 1), new Epoch(FormOne.SECOND_EPOCH, 14));
      Page page = log.call(() -> log.history().read(0));
      assertThat(page.updates())
          .extracting(Update::sequence)
          .startsWith(1L, 2L, 3L)
          .hasSize(FormOne.UPDATES + opening - 1);
      assertThat(page.updates().get(18).data()).isEqualTo(Buffer.buffer("{\"order\":42}"));
      assertThat(refusal(Samples.draft("more", "over"))).isEqualTo(409);
      assertThat(refusal(Samples.draft("more", "later"))).isEqualTo(409);
      assertKeysAreKnown();
      Draft added = Samples.keyed("new-" + opening, "x", "t");
      assertThat(outcome(added).receipts().get(0).duplicate()).isFalse();
      assertThat(outcome(added).receipts().get(0).duplicate()).isTrue();
      assertThat(log.history().retained().keys()).isEqualTo(FormOne.KEYS + opening);
    }
  }

  /** Versions that read format 1 check that this number is 1, and refuse to start otherwise. */
  @Test
  void earlierVersionsSeeThatTheyCannotReadIt() {
    assertThat(FormOne.number(file, "SELECT version FROM log")).isEqualTo(1);
    log.open(EVERYTHING).shut();
    assertThat(FormOne.number(file, "SELECT version FROM log")).isEqualTo(2);
  }

  @Test
  void keysOfFormOneAreForgottenWhenTheyAreOldEnough() {
    log.open(EVERYTHING);
    log.clock.pass(Duration.ofHours(24));
    Draft reused = Samples.keyed("first-1", "another", "rooms/1");
    assertThat(outcome(reused).receipts().get(0).duplicate()).isFalse();
    for (int i = 0; i < KeyPartitions.TABLES; i++) {
      log.append();
    }
    assertThat(log.history().retained().keys()).isEqualTo(1);
  }

  @Test
  void keysThatCameWithinTheBoundCountLikeOthers() {
    log.open(keeping(FormOne.KEYS + 2));
    for (int i = 0; i < 2; i++) {
      assertThat(refusal(Samples.keyed("new-" + i, "x", "t"))).isZero();
    }
    assertThat(refusal(Samples.keyed("one-more", "x", "t"))).isEqualTo(503);
    assertKeysAreKnown();
  }

  @Test
  void keysThatComeBeyondTheBoundAreKeptAndCountOnlyAmongThemselves() throws SQLException {
    // The five keys of the first epoch are an hour older than all others.
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "UPDATE keys SET time = time - 3600000 WHERE name IN"
              + " ('first-2', 'first-3', 'first-4', 'first-5', 'first-6')");
      assertThat(statement.getUpdateCount()).isEqualTo(5);
    }
    log.open(keeping(5));
    assertKeysAreKnown();
    assertThat(refusal(Samples.keyed("new", "x", "t"))).as("five count").isEqualTo(503);
    assertThat(refusal(Samples.draft("x", "t"))).isZero();
    log.clock.pass(Duration.ofMinutes(23 * 60 + 30));
    log.append();
    assertThat(log.history().retained().keys()).isEqualTo(FormOne.KEYS - 5);
    for (int i = 0; i < 5; i++) {
      assertThat(refusal(Samples.keyed("new-" + i, "x", "t"))).as("of five, %d", i).isZero();
    }
    assertThat(refusal(Samples.keyed("one-more", "x", "t"))).isEqualTo(503);
    log.open(keeping(5));
    assertThat(refusal(Samples.keyed("one-more", "x", "t"))).isEqualTo(503);
    assertKeysAreKnown();
  }

  @Test
  void keysThatCameBeforeDoNotMakeRoomForMoreOnceTheyAreForgotten() {
    log.open(keeping(5));
    log.clock.pass(Duration.ofHours(25));
    for (int i = 0; i < KeyPartitions.TABLES; i++) {
      log.append();
    }
    assertThat(log.history().retained().keys()).isZero();
    log.open(keeping(5));
    for (int i = 0; i < 5; i++) {
      assertThat(refusal(Samples.keyed("new-" + i, "x", "t"))).isZero();
    }
    assertThat(refusal(Samples.keyed("one-more", "x", "t"))).isEqualTo(503);
  }

  @Test
  void tablesThatAreEmptyInBetweenAreUsedWithoutLosingOthers() throws SQLException {
    // All keys are in the oldest and the newest sixteenth, with empty tables in between.
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE keys SET time = time - 3600000 WHERE name = 'first-1'");
    }
    log.open(EVERYTHING);
    for (int i = 0; i < 30; i++) {
      assertThat(refusal(Samples.keyed("hour-" + i, "x", "t"))).isZero();
      log.clock.pass(Duration.ofMinutes(50));
    }
    log.open(EVERYTHING);
    assertThat(outcome(Samples.keyed("hour-1", "x", "t")).receipts().get(0).duplicate()).isFalse();
    for (int i = 4; i < 30; i++) {
      assertThat(outcome(Samples.keyed("hour-" + i, "x", "t")).receipts().get(0).duplicate())
          .as("%d", i)
          .isTrue();
    }
  }
}
