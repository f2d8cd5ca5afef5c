package dev.outpour.history.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.history.HistoryDriver;
import dev.outpour.history.KeyEntry;
import dev.outpour.history.Retention;
import dev.outpour.history.index.KeyPartitions;
import dev.outpour.history.sqlite.keys.KeyRows;
import dev.outpour.history.sqlite.table.NumberQuery;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.LogHead;
import dev.outpour.update.Samples;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hours of publishing against each bound of the retention, with restarts at random moments: the
 * file grows no larger than the most it has retained.
 */
class SqliteRetentionTest {

  private static final long MANY = 1L << 40;
  private static final int HOURS = 6;

  private static final Duration BETWEEN_GROUPS = Duration.ofSeconds(15);

  private static final int GROUP = 50;
  private static final int GROUPS_AN_HOUR = 240;
  private static final int AN_HOUR = GROUP * GROUPS_AN_HOUR;

  /** A checkpoint begins at 8 MB; commits during the checkpoint come on top. */
  private static final long WAL_BYTES = 48L << 20;

  @TempDir private Path directory;
  private final long seed = ThreadLocalRandom.current().nextLong();
  private final Random random = new Random(seed);

  /** The largest sizes seen in an hour. */
  private record Sizes(long file, long wal, long retained) {
    Sizes with(HistoryDriver log) {
      LogHead head = log.history().head();
      return new Sizes(
          Math.max(file, log.fileBytes()),
          Math.max(wal, log.walBytes()),
          Math.max(retained, head.last() - head.earliest() + 1));
    }
  }

  /** Updates with several topics, some with keys that are used only once. */
  private Batch group(int number) {
    List<Draft> drafts = new ArrayList<>(GROUP);
    for (int i = 0; i < GROUP; i++) {
      String key = i % 5 == 0 ? number + "/" + i : null;
      drafts.add(
          Samples.keyed(key, "x".repeat(100), "sensors/" + i, "rooms/" + random.nextInt(1_000)));
    }
    return new Batch(drafts);
  }

  /** Publishes for hours; returns the sizes seen in each hour. */
  private List<Sizes> publishFor(Retention retention) {
    List<Sizes> hours = new ArrayList<>();
    try (HistoryDriver log = new HistoryDriver(directory.resolve("log.db")).open(retention)) {
      for (int hour = 0; hour < HOURS; hour++) {
        Sizes sizes = new Sizes(0, 0, 0);
        for (int i = 0; i < GROUPS_AN_HOUR; i++) {
          log.clock.pass(BETWEEN_GROUPS);
          log.append(group(hour * GROUPS_AN_HOUR + i));
          sizes = sizes.with(log);
          if (random.nextInt(GROUPS_AN_HOUR) == 0) {
            log.open(retention);
          }
        }
        hours.add(sizes);
      }
    }
    return hours;
  }

  /**
   * Removed rows make room for new ones. So after many hours the file is as large as when the bound
   * was reached, except for the keys, which are kept for a day.
   */
  private void assertBounded(List<Sizes> hours, long mostRetained) throws Exception {
    Sizes full = hours.get(2);
    Sizes last = hours.get(HOURS - 1);
    assertThat(last.retained()).as("seed %d", seed).isLessThanOrEqualTo(mostRetained);
    assertThat(last.file() - bytesOfKeys())
        .as("seed %d %s", seed, hours)
        .isLessThan(full.file() * 11 / 10);
    assertThat(hours).as("seed %d", seed).allMatch(each -> each.wal() < WAL_BYTES);
  }

  private long bytesOfKeys() throws Exception {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("log.db"));
        Statement statement = connection.createStatement()) {
      return NumberQuery.once(statement, "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'keys%'");
    }
  }

  @Test
  void boundByCount() throws Exception {
    assertBounded(publishFor(new Retention(2 * AN_HOUR, Duration.ofHours(48), MANY)), 2 * AN_HOUR);
  }

  @Test
  void boundByAge() throws Exception {
    assertBounded(publishFor(new Retention(MANY, Duration.ofHours(2), MANY)), 2 * AN_HOUR + GROUP);
  }

  @Test
  void boundByBytes() throws Exception {
    int weight = Samples.draft("x".repeat(100), "sensors/10", "rooms/100").weight();
    long bytes = 2L * AN_HOUR * weight;
    assertBounded(
        publishFor(new Retention(MANY, Duration.ofHours(48), bytes)), 2 * AN_HOUR * 11 / 10);
  }

  @Test
  void whatExpiresAtOnceGoesInStepsThatHoldNoCommitUp() {
    Retention anHour = new Retention(MANY, Duration.ofHours(1), MANY);
    try (HistoryDriver log = new HistoryDriver(directory.resolve("log.db")).open(anHour)) {
      for (int i = 0; i < 10; i++) {
        log.append(HistoryDriver.batch(1_000, 10, "a"));
      }
      log.clock.pass(Duration.ofHours(2));
      for (long left = 10_000; left > 0; ) {
        log.append(HistoryDriver.batch(10, 10, "a"));
        long now = Math.max(0, 10_001 - log.history().head().earliest());
        assertThat(left - now).isBetween(Math.min(left, 20), 300L);
        left = now;
      }
    }
  }

  @Test
  void keysThatAreOldEnoughMakeRoomForOthers() throws Exception {
    Retention anHour = new Retention(MANY, Duration.ofHours(1), MANY);
    List<Long> sizes = new ArrayList<>();
    try (HistoryDriver log = new HistoryDriver(directory.resolve("log.db")).open(anHour)) {
      for (int day = 0; day < 4; day++) {
        for (int i = 0; i < 24 * 6; i++) {
          log.clock.pass(Duration.ofMinutes(10));
          log.append(group(day * 24 * 6 + i));
        }
        sizes.add(log.open(anHour).fileBytes());
      }
    }
    assertThat(sizes.get(3)).as("%s", sizes).isLessThan(sizes.get(1) * 11 / 10);
    // One day, the rest of the oldest table, and the step before that table would have been
    // emptied.
    assertThat(keys()).isLessThanOrEqualTo((24 * 6 + 24 * 6 / 30 + 2) * GROUP / 5);
  }

  private long keys() throws Exception {
    long bytes = 0;
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("log.db"));
        Statement statement = connection.createStatement()) {
      for (int table = 0; table < KeyPartitions.TABLES; table++) {
        bytes +=
            NumberQuery.once(statement, "SELECT sum(length(entries)) FROM " + KeyRows.name(table));
      }
    }
    return bytes / KeyEntry.BYTES;
  }
}
