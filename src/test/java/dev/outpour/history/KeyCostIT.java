package dev.outpour.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.HubFigures;
import dev.outpour.HubProcess;
import dev.outpour.ManyPublishers;
import dev.outpour.faults.Extent;
import dev.outpour.history.sqlite.FormOne;
import dev.outpour.history.sqlite.keys.HeldKeys;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cost of idempotency keys in a log with many of them, and of an upgrade from format version 1.
 */
@Tag(Extent.ALONE)
@Tag(Extent.TAG)
@Tag(Extent.LONG)
class KeyCostIT {

  private static final int HELD = Extent.of(10_000_000, 500_000);
  private static final int IN_FLIGHT = 64;
  private static final int UPDATES = Extent.of(100_000, 20_000);
  private static final String DATA = "{\"order\":\"" + "x".repeat(88) + "\"}";
  private static final int ROUNDS = Extent.of(7, 3);
  private static final long MOST_BYTES = 3 * 1024;
  private static final double LEAST_RATIO = 0.7;
  private static final Duration UPGRADE = Duration.ofSeconds(20);
  private static final Retention RETENTION =
      new Retention(100_000, Duration.ofHours(24), 1L << 40, 20_000_000);

  @TempDir private Path directory;

  private record Cost(long bytesAnUpdate, long updatesASecond) {}

  private static Cost publish(ManyPublishers publishers, long pid, boolean keyed)
      throws IOException {
    long before = written(pid);
    long run = System.nanoTime();
    long perSecond =
        publishers.publish(
            UPDATES,
            number ->
                "topic=orders/"
                    + number % IN_FLIGHT
                    + (keyed ? "&key=" + new UUID(run, number) : ""));
    return new Cost((written(pid) - before) / UPDATES, perSecond);
  }

  /** How many bytes a process has written, whether they have reached the disk or not. */
  private static long written(long pid) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/io"))) {
      return lines
          .filter(line -> line.startsWith("wchar"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    }
  }

  private HubProcess start(Path file) throws IOException {
    String configuration =
        new JsonObject()
            .put("http", new JsonObject().put("port", HubProcess.freePort()))
            .put("ingest", new JsonObject())
            .put("history", new JsonObject().put("path", "" + file).put("keepKeys", 20_000_000))
            .encode();
    return HubProcess.start(directory, "-conf", configuration);
  }

  @Test
  void publishesWithNewKeysAreNotMuchSlowerAndWriteLittleMore() throws Exception {
    Path file = directory.resolve("log.db");
    try (HistoryDriver log = new HistoryDriver(file).open(RETENTION)) {
      log.shut();
    }
    HeldKeys.fill(file, HELD, System.currentTimeMillis());
    long begun = System.nanoTime();
    try (HubProcess hub = start(file)) {
      int port = hub.awaitPort();
      System.out.printf(
          "%,d keys in a file of %d MB: ready after %d ms%n",
          HELD, Files.size(file) >> 20, (System.nanoTime() - begun) / 1_000_000);
      List<Double> ratios = new ArrayList<>();
      try (ManyPublishers publishers = new ManyPublishers(port, IN_FLIGHT, DATA)) {
        // The first round warms up the compiler.
        for (int round = 0; round <= ROUNDS; round++) {
          Cost without = publish(publishers, hub.pid(), false);
          Cost with = publish(publishers, hub.pid(), true);
          double ratio = (double) with.updatesASecond() / without.updatesASecond();
          System.out.printf(
              "without keys %s, with new keys %s, ratio of updates a second %.2f%n",
              without, with, ratio);
          assertThat(with.bytesAnUpdate() - without.bytesAnUpdate()).isLessThan(MOST_BYTES);
          if (round > 0) {
            ratios.add(ratio);
          }
        }
      }
      Collections.sort(ratios);
      double median = ratios.get(ROUNDS / 2);
      System.out.printf(
          "median of the ratios %.2f, %.0f MB of memory%n",
          median, new HubFigures(hub, port).residentMegabytes());
      assertThat(median).isGreaterThanOrEqualTo(LEAST_RATIO);
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
