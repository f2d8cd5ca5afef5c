package dev.outpour.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.faults.Extent;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What keys cost in a log that holds many, and what it takes to bring a log of form 1 to form 2.
 */
@Tag(Extent.TAG)
class KeyCostIT {

  private static final int HELD = Extent.of(10_000_000, 500_000);
  private static final int FILLING = 1_000;
  private static final int IN_FLIGHT = 64;
  private static final int GROUPS = 500;
  private static final int ROUNDS = 5;
  private static final long MOST_BYTES = 3 * 1024;
  private static final Duration UPGRADE = Duration.ofSeconds(20);

  private static final Retention RETENTION =
      new Retention(100_000, Duration.ofHours(24), 1L << 40, 20_000_000);

  @TempDir private Path directory;

  private record Cost(long bytesAnUpdate, long updatesASecond) {}

  private static Batch[] groupOf(int count, boolean keyed) {
    return IntStream.range(0, count)
        .mapToObj(
            n -> {
              String key = keyed ? UUID.randomUUID().toString() : null;
              return Batch.of(Samples.keyed(key, "x".repeat(100), "orders/" + n));
            })
        .toArray(Batch[]::new);
  }

  private static Cost publish(HistoryDriver log, boolean keyed) throws IOException {
    long nanos = 0;
    long before = written();
    for (int i = 0; i < GROUPS; i++) {
      Batch[] group = groupOf(IN_FLIGHT, keyed);
      long begun = System.nanoTime();
      log.append(group);
      nanos += System.nanoTime() - begun;
    }
    long updates = (long) GROUPS * IN_FLIGHT;
    return new Cost((written() - before) / updates, updates * 1_000_000_000 / nanos);
  }

  /** What this process has had written, whether it is on the disk yet or not. */
  private static long written() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/io"))) {
      return lines
          .filter(line -> line.startsWith("wchar"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    }
  }

  @Test
  void anUpdateWithANewKeyWritesLittleMoreThanOneWithout() throws IOException {
    try (HistoryDriver log = new HistoryDriver(directory.resolve("log.db")).open(RETENTION)) {
      for (int i = 0; i < HELD / FILLING; i++) {
        log.append(
            new Batch(
                IntStream.range(0, FILLING)
                    .<Draft>mapToObj(n -> Samples.keyed(UUID.randomUUID().toString(), "x", "t"))
                    .toList()));
      }
      long begun = System.nanoTime();
      log.open(RETENTION);
      System.out.printf(
          "%,d keys: opened in %d ms, file of %d MB%n",
          log.history().retained().keys(),
          (System.nanoTime() - begun) / 1_000_000,
          log.fileBytes() >> 20);
      assertThat(log.history().retained().keys()).isEqualTo(HELD);
      for (int round = 0; round < ROUNDS; round++) {
        Cost without = publish(log, false);
        Cost with = publish(log, true);
        System.out.printf(
            "without keys %s, with new keys %s, ratio of updates a second %.2f%n",
            without, with, (double) with.updatesASecond() / without.updatesASecond());
        assertThat(with.bytesAnUpdate() - without.bytesAnUpdate()).isLessThan(MOST_BYTES);
      }
    }
  }

  @Test
  void aMillionUpdatesAndKeysOfFormOneAreUpgradedSoon() throws IOException {
    Path file = directory.resolve("form-1.db");
    FormOne.copyTo(file);
    FormOne.addUpdates(file, 1_000_000);
    FormOne.addKeys(file, 1_000_000);
    try (HistoryDriver log = new HistoryDriver(file)) {
      log.clock.setBy(Duration.ofMillis(FormOne.NEWEST_MILLIS - log.clock.wallMillis()));
      long begun = System.nanoTime();
      log.open(new Retention(2_000_000, Duration.ofHours(24), 1L << 40));
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      System.out.println("Opened and upgraded in " + took.toMillis() + " ms");
      assertThat(log.history().retained().keys()).isEqualTo(1_000_000 + FormOne.KEYS);
      assertThat(log.history().head().last()).isEqualTo(1_000_000 + FormOne.UPDATES);
      assertThat(took).isLessThan(UPGRADE);
    }
  }
}
