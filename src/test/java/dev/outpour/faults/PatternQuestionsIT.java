package dev.outpour.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.HubFigures;
import dev.outpour.HubProcess;
import dev.outpour.Latencies;
import dev.outpour.RawHttp;
import dev.outpour.update.LogHead;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What readers of patterns ask of a log with many topics is answered soon, and holds nobody up.
 *
 * <p>The whole of it is to be run on a machine where nothing else is; it prints its figures.
 */
@Tag(Extent.ALONE)
class PatternQuestionsIT {

  private static final String OLDEST = "first/of/all";
  private static final int VICTIM = 7;

  @TempDir private Path directory;

  private HubProcess start(Path log) throws Exception {
    JsonObject configuration =
        new JsonObject()
            .put("http", new JsonObject().put("port", 0))
            .put("ingest", new JsonObject())
            .put(
                "history",
                new JsonObject()
                    .put("path", log.toString())
                    .put("keepUpdates", 10_000_000)
                    .put("keepMegabytes", 10_000));
    Path conf = Files.writeString(directory.resolve("conf.json"), configuration.encode());
    String options = "@" + Path.of("conf", "jvm.options").toAbsolutePath();
    return HubProcess.start(directory, Map.of(), List.of(options), "-conf", conf.toString());
  }

  /** Fills a log in which the first update has a topic of its own, and the others share theirs. */
  private LogHead fill(Path log, int updates, int topics) {
    return LogFill.fill(log, updates, n -> n == 0 ? OLDEST : "t/" + n % (topics - 1) + "/x");
  }

  private static void awaitDirectory(HubFigures figures, int topics) {
    Await.until(
        () -> figures.metric("outpour_log_topics") == topics,
        () -> figures.metric("outpour_log_topics") + " topics known of " + topics);
  }

  /** Connects, and reads up to some words; returns what came before them. */
  private static String read(int port, String query, String upTo) {
    try (RawHttp connection = RawHttp.connect(port)) {
      return connection
          .send("GET /events?" + query + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
          .readUntil(upTo);
    }
  }

  private static void time(Latencies into, Runnable what) {
    long begun = System.nanoTime();
    what.run();
    into.add(System.nanoTime() - begun);
  }

  private static void ask(int port, int reader) {
    if (reader % 2 == 0) {
      // There is none: it begins before all that is retained.
      read(port, "topic=*/none-" + reader + "/**&last=1", "-0\nevent: outpour.position\n");
    } else {
      read(port, "topic=*/of/**&topic=**/none-" + reader + "&last=1", "data: \"0\"\n");
    }
  }

  private static void askForOne(int port, int updates, int topics) {
    int newest = (updates - 1) / (topics - 1) * (topics - 1) + VICTIM;
    int wanted = newest < updates ? newest : newest - (topics - 1);
    read(port, "topic=t/" + VICTIM + "/x&last=1", "data: \"" + wanted + "\"\n");
  }

  @Test
  void readersOfPatternsHoldNobodyUpInASmallLog() throws Exception {
    Seen seen = ask(50_000, 10_000, 20, 2);
    assertThat(seen.meanwhile().quantile(0.5)).isLessThan(500);
  }

  @Test
  @Tag(Extent.TAG)
  @Tag(Extent.LONG)
  void twoHundredReadersOfPatternsHoldNobodyUp() throws Exception {
    Seen seen = ask(Extent.of(1_000_000, 200_000), Extent.of(200_000, 40_000), 200, 10);
    assertThat(seen.meanwhile().quantile(0.99)).isLessThan(250);
    assertThat(seen.afterwards().quantile(0.99)).isLessThan(50);
    assertThat(seen.cpuAfterwards()).isLessThan(0.05);
  }

  /**
   * What was measured.
   *
   * @param answers how long the readers of patterns waited
   * @param meanwhile how long another reader waited for the newest of its topic
   * @param afterwards the same from a second after they left
   * @param cpuAfterwards the share of a core from two seconds after they left
   */
  private record Seen(
      Latencies answers, Latencies meanwhile, Latencies afterwards, double cpuAfterwards) {}

  /** Readers of patterns come again as soon as they are answered, for some seconds. */
  private Seen ask(int updates, int topics, int readers, int seconds) throws Exception {
    Path log = directory.resolve("log.db");
    fill(log, updates, topics);
    try (HubProcess hub = start(log)) {
      int port = hub.awaitPort();
      HubFigures figures = new HubFigures(hub, port);
      Latencies answers = new Latencies();
      Latencies meanwhile = new Latencies();
      Latencies afterwards = new Latencies();
      askForOne(port, updates, topics);
      ExecutorService threads = Executors.newFixedThreadPool(readers);
      AtomicBoolean stop = new AtomicBoolean();
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < readers; i++) {
        int reader = i;
        done.add(
            threads.submit(
                () -> {
                  do {
                    time(answers, () -> ask(port, reader));
                  } while (!stop.get());
                }));
      }
      double cpu = figures.cpuSeconds();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      while (System.nanoTime() < end) {
        time(meanwhile, () -> askForOne(port, updates, topics));
      }
      cpu = figures.cpuSeconds() - cpu;
      stop.set(true);
      for (Future<?> each : done) {
        each.get(Await.LONG.toSeconds(), TimeUnit.SECONDS);
      }
      threads.shutdown();
      TimeUnit.SECONDS.sleep(1);
      end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
      while (System.nanoTime() < end) {
        time(afterwards, () -> askForOne(port, updates, topics));
      }
      double before = figures.cpuSeconds();
      TimeUnit.SECONDS.sleep(seconds);
      double idle = (figures.cpuSeconds() - before) / seconds;
      Seen seen = new Seen(answers, meanwhile, afterwards, idle);
      System.out.printf(
          "%d readers of patterns, %d updates in %d topics:%n"
              + "  their answers %s; %.1f s of a core in %d s%n"
              + "  an exact last=1 meanwhile %s%n  afterwards %s, %.1f %% of a core%n",
          readers, updates, topics, answers, cpu, seconds, meanwhile, afterwards, 100 * idle);
      return seen;
    }
  }

  @Test
  void rarePatternIsFoundInASmallLog() throws Exception {
    seekRare(60_000, 5_000, Duration.ofSeconds(5));
  }

  @Test
  @Tag(Extent.TAG)
  void rarePatternIsFoundAtOnceFromTheMiddleOfALongLog() throws Exception {
    seekRare(Extent.of(5_000_000, 500_000), Extent.of(200_000, 20_000), Duration.ofMillis(200));
  }

  private void seekRare(int updates, int topics, Duration most) throws Exception {
    int rare = updates / 10 * 9;
    Path log = directory.resolve("log.db");
    LogHead head =
        LogFill.fill(log, updates, n -> n == rare ? "rare/one" : "t/" + n % (topics - 1) + "/x");
    try (HubProcess hub = start(log)) {
      int port = hub.awaitPort();
      awaitDirectory(new HubFigures(hub, port), topics);
      String epoch = head.lineage().current().name();
      long[] millis =
          IntStream.range(0, 7)
              .mapToLong(
                  round -> {
                    String from = epoch + "-" + (updates / 2 + round);
                    String pattern = "rare/*&topic=*/none-" + round;
                    long begun = System.nanoTime();
                    read(
                        port,
                        "topic=" + pattern + "&lastEventId=" + from,
                        "data: \"" + rare + "\"\n");
                    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
                  })
              .toArray();
      System.out.printf(
          "A rare pattern from the middle of %d updates in %d topics to its event: %s ms%n",
          updates, topics, Arrays.toString(millis));
      Arrays.sort(millis);
      assertThat(millis[millis.length / 2]).isLessThanOrEqualTo(most.toMillis());
    }
  }

  @Test
  @Tag(Extent.TAG)
  @Tag(Extent.LONG)
  void manyTopicsDoNotDelayTheStart() throws Exception {
    int updates = Extent.of(1_000_000, 200_000);
    int topics = Extent.of(200_000, 40_000);
    Path many = directory.resolve("many.db");
    Path few = directory.resolve("few.db");
    fill(many, updates, topics);
    fill(few, updates, 2);
    long[] withMany = new long[7];
    long[] withFew = new long[7];
    for (int i = 0; i < withMany.length; i++) {
      withMany[i] = readyAfter(many);
      withFew[i] = readyAfter(few);
    }
    Arrays.sort(withMany);
    Arrays.sort(withFew);
    System.out.printf(
        "Ready with %d topics after %s ms, with 2 after %s ms%n",
        topics, Arrays.toString(withMany), Arrays.toString(withFew));
    assertThat(withMany[3] - withFew[3]).isLessThanOrEqualTo(200);
  }

  private long readyAfter(Path log) throws Exception {
    long begun = System.nanoTime();
    try (HubProcess hub = start(log)) {
      hub.awaitPort();
      long ready = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
      hub.terminate().awaitExit();
      return ready;
    }
  }
}
