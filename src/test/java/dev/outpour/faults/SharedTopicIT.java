package dev.outpour.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.HubFigures;
import dev.outpour.HubProcess;
import dev.outpour.ManyReader;
import dev.outpour.ManyReader.Plan;
import dev.outpour.ManyReaders;
import dev.outpour.RawHttp;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Readers who each read a topic of their own, and all one topic besides: what goes to that one has
 * to come to all of them, with little memory, and with some of them stuck.
 */
class SharedTopicIT {

  private static final int LARGE = 1_000_000;
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final Duration RELEASED = Duration.ofSeconds(30);

  /** What the pools of Netty may keep, that nothing is in. */
  private static final double POOLED_MEGABYTES = 16;

  @TempDir private Path directory;

  /** A hub with the options that it is shipped with. */
  private HubProcess start(String heap) throws Exception {
    JsonObject configuration =
        new JsonObject()
            .put("http", new JsonObject().put("port", 0).put("stallSeconds", 600))
            .put("ingest", new JsonObject())
            .put("limits", new JsonObject().put("streamsPerAddress", 0))
            .put("history", new JsonObject().put("path", directory.resolve("log.db").toString()));
    Path conf = Files.writeString(directory.resolve("conf.json"), configuration.encode());
    List<String> options = List.of("@" + Path.of("conf", "jvm.options").toAbsolutePath(), heap);
    return HubProcess.start(directory, Map.of(), options, "-conf", conf.toString());
  }

  private static Plan own(int number) {
    return Plan.of("/events?topic=own/" + number + "&topic=shared");
  }

  @Test
  void someReadersHaveLargeUpdatesWithVeryLittleMemory() throws Exception {
    largeUpdates("-Xmx128m", 250, 3);
  }

  @Test
  @Tag(Extent.TAG)
  void allReadersHaveLargeUpdates() throws Exception {
    largeUpdates("-Xmx256m", Extent.of(2_000, 950), Extent.of(10, 5));
  }

  private void largeUpdates(String heap, int count, int updates) throws Exception {
    try (HubProcess hub = start(heap)) {
      int port = hub.awaitPort();
      HubFigures figures = new HubFigures(hub, port);
      try (ManyReaders all = new ManyReaders(port);
          Readiness ready = new Readiness(port)) {
        List<ManyReader> readers = all.open(count, SharedTopicIT::own);
        double before = figures.directMegabytes();
        long begun = System.nanoTime();
        for (int i = 0; i < updates; i++) {
          publishWithin10Seconds(port, lines(LARGE));
        }
        double published = seconds(begun);
        ManyReaders.await(SOON, "given all", readers, each -> each.count() == updates);
        System.out.printf(
            "%d readers, %d MB to each with %s: published in %.1f s, all given in %.1f s; direct"
                + " memory %.0f MB before, %.0f MB then%n",
            count, updates, heap, published, seconds(begun), before, figures.directMegabytes());
        checkUndisturbed(readers);
        Await.within(
            RELEASED,
            () -> figures.directMegabytes() <= before + POOLED_MEGABYTES,
            () -> figures.directMegabytes() + " MB, before " + before);
        assertThat(ready.refusals()).as("not ready").isZero();
        assertThat(ready.answers()).as("ready").isPositive();
      }
    }
  }

  @Test
  @Tag(Extent.TAG)
  void allReadersHaveManySmallUpdates() throws Exception {
    int lines = 600;
    try (HubProcess hub = start("-Xmx200m")) {
      int port = hub.awaitPort();
      try (ManyReaders all = new ManyReaders(port)) {
        List<ManyReader> readers = all.open(Extent.of(1_500, 800), SharedTopicIT::own);
        long begun = System.nanoTime();
        String line = "\"" + "x".repeat(298) + "\"\n";
        String answer = publish(port, "application/x-ndjson", line.repeat(lines)).body();
        assertThat(new JsonObject(answer).getInteger("count")).isEqualTo(lines);
        ManyReaders.await(SOON, "given all", readers, each -> each.count() == lines);
        System.out.printf("%d lines to %d in %.1f s%n", lines, readers.size(), seconds(begun));
        checkUndisturbed(readers);
      }
    }
  }

  @Test
  void stuckReadersHoldNoUpdatesAndHoldNobodyUp() throws Exception {
    stuck(150, 100);
  }

  @Test
  @Tag(Extent.TAG)
  void manyStuckReadersHoldNoUpdatesAndHoldNobodyUp() throws Exception {
    stuck(Extent.of(2_000, 900), 150);
  }

  private void stuck(int count, int small) throws Exception {
    int large = 3;
    try (HubProcess hub = start("-Xmx192m")) {
      int port = hub.awaitPort();
      HubFigures figures = new HubFigures(hub, port);
      try (ManyReaders all = new ManyReaders(port)) {
        List<ManyReader> others = all.open(20, SharedTopicIT::own);
        List<ManyReader> stuck = all.open(count, i -> own(20 + i).receiveBuffer(65_536));
        List<ManyReader> drip = all.open(50, i -> own(20 + count + i).receiveBuffer(2_048));
        all.stop(stuck);
        all.drip(drip, 1);
        double before = figures.directMegabytes();
        double most = before;
        for (int i = 0; i < small; i++) {
          publishWithin10Seconds(port, lines(16_000));
          most = Math.max(most, figures.directMegabytes());
        }
        for (int i = 0; i < large; i++) {
          publishWithin10Seconds(port, lines(LARGE));
          most = Math.max(most, figures.directMegabytes());
        }
        ManyReaders.await(SOON, "given all", others, each -> each.count() == small + large);
        ManyReaders.check("stuck", stuck, each -> each.count() < small);
        ManyReaders.check("dripping", drip, each -> each.count() < small);
        double waiting = figures.metric("outpour_backlog_bytes");
        double bound = figures.metric("outpour_backlog_limit_bytes");
        System.out.printf(
            "%d stuck readers: direct memory %.0f MB before, %.0f MB at most; %.0f of %.0f bytes"
                + " framed or waiting%n",
            count, before, most, waiting, bound);
        assertThat(waiting).isLessThan(bound);
        assertThat(most - before).isLessThan(POOLED_MEGABYTES);

        all.goOn(stuck);
        all.goOn(drip);
        ManyReaders.await(SOON, "given all", stuck, each -> each.count() == small + large);
        ManyReaders.await(SOON, "given all", drip, each -> each.count() == small + large);
        List.of(others, stuck, drip).forEach(SharedTopicIT::checkUndisturbed);
        assertThat(stuck.get(0).digest()).isEqualTo(others.get(0).digest());
      }
    }
  }

  /** Each was told nothing, was not disconnected, and has the same as all others, in order. */
  private static void checkUndisturbed(List<ManyReader> readers) {
    ManyReaders.check(
        "told nothing", readers, each -> each.fault() == null && each.words().isEmpty());
    ManyReaders.check("connected once", readers, each -> each.connections() == 1);
    assertThat(readers).extracting(ManyReader::digest).containsOnly(readers.get(0).digest());
  }

  private static double seconds(long begun) {
    return (System.nanoTime() - begun) / 1e9;
  }

  /** Text of lines, so that readers need not hold much of it. */
  private static String lines(int bytes) {
    return ("y".repeat(999) + "\n").repeat(bytes / 1_000);
  }

  /** Tries each second, since memory may be short for a moment. */
  private static void publishWithin10Seconds(int port, String data) throws Exception {
    for (int tried = 1; ; tried++) {
      RawHttp.Answer answer = publish(port, "text/plain", data);
      if (answer.status() == 200) {
        return;
      }
      assertThat(tried).as("tries, answered " + answer.body()).isLessThan(10);
      TimeUnit.SECONDS.sleep(1);
    }
  }

  private static RawHttp.Answer publish(int port, String type, String data) {
    String head =
        "POST /update?topic=shared HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
            + type
            + "\r\nContent-Length: "
            + data.length()
            + "\r\n\r\n";
    try (RawHttp connection = RawHttp.connect(port)) {
      return connection.send(head + data).answer();
    }
  }

  /** Asks each second whether the hub is ready. */
  private static final class Readiness implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();

    Readiness(int port) {
      thread.submit(
          () -> {
            while (!thread.isShutdown()) {
              ask(port);
              TimeUnit.SECONDS.sleep(1);
            }
            return true;
          });
    }

    /** No answer is a refusal as well. */
    private void ask(int port) {
      try (RawHttp connection = RawHttp.connect(port)) {
        String request = "GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n";
        if (connection.send(request).answer().status() == 200) {
          answers.incrementAndGet();
        } else {
          refusals.incrementAndGet();
        }
      } catch (Exception e) {
        refusals.incrementAndGet();
      }
    }

    int answers() {
      return answers.get();
    }

    int refusals() {
      return refusals.get();
    }

    @Override
    public void close() {
      thread.shutdownNow();
    }
  }
}
