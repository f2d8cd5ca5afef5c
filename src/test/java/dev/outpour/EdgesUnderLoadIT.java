package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.faults.Extent;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log's owner and two edges, 20 readers of everything at each, and 32 publishers who wait for
 * each answer, at all three. They publish 5,000 updates a second, or as fast as the machine goes:
 * the rate is printed.
 *
 * <p>It is not named as those that run side by side: it wants the machine for itself.
 *
 * <p>Every reader has to be given each update, once, in order and with the data that was published,
 * and nobody may fall silent meanwhile.
 */
class EdgesUnderLoadIT {

  private static final int READERS = 20;
  private static final int PUBLISHERS = 32;
  private static final int PER_SECOND = 5_000;
  private static final Duration ARRIVAL = Duration.ofSeconds(90);

  /** Longer than a reader may be behind on a machine that has much else to do. */
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(15);

  @TempDir private Path directory;

  /** Publishes one update after the other, each with its key until it is acknowledged. */
  private static final class Publisher extends Thread {
    private final int port;
    private final long endNanos;
    private volatile int acknowledged;
    private volatile @Nullable Throwable failure;
    private volatile int refused;
    private @Nullable RawHttp connection;
    private long digest;
    private long last;

    Publisher(String name, int port, Duration lasting) {
      super(name);
      this.port = port;
      this.endNanos = System.nanoTime() + lasting.toNanos();
      setDaemon(true);
    }

    @Override
    public void run() {
      long paceNanos = TimeUnit.SECONDS.toNanos(1) * PUBLISHERS / PER_SECOND;
      long due = System.nanoTime();
      try {
        connection = RawHttp.connect(port);
        for (long now = due; now < endNanos; now = System.nanoTime()) {
          if (now < due) {
            TimeUnit.NANOSECONDS.sleep(due - now);
          }
          due = Math.max(due + paceNanos, now);
          publish();
        }
      } catch (InterruptedException | RuntimeException | AssertionError e) {
        failure = e;
      } finally {
        if (connection != null) {
          connection.close();
        }
      }
    }

    private void publish() {
      String key = getName() + "-" + acknowledged;
      String data = "{\"key\":\"" + key + "\",\"x\":\"" + "x".repeat(60) + "\"}";
      String request =
          "POST /update?topic=load/%s&key=%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(getName(), key, data.length(), data);
      RawHttp.Answer answer = connection.send(request).answer();
      while (answer.status() >= 500) {
        // The hub closes after what it refuses before it has read all of it.
        connection.close();
        Await.aMoment();
        connection = RawHttp.connect(port);
        answer = connection.send(request).answer();
        refused++;
      }
      String id = new JsonObject(answer.body()).getString("id");
      long number = Long.parseLong(id.substring(id.indexOf('-') + 1));
      if (number <= last) {
        throw new AssertionError(key + " stands at " + number + ", the one before at " + last);
      }
      last = number;
      CRC32C sum = new CRC32C();
      sum.update(data.getBytes(StandardCharsets.UTF_8));
      digest += ManyReader.mix(number, sum.getValue());
      acknowledged++;
    }
  }

  @Test
  void everyReaderAtEveryNodeIsGivenAllForAMinute() throws Exception {
    runFor(Duration.ofMinutes(1));
  }

  @Test
  @Tag(Extent.TAG)
  @Tag(Extent.LONG)
  void everyReaderAtEveryNodeIsGivenAllForTenMinutes() throws Exception {
    runFor(Duration.ofMinutes(10));
  }

  private void runFor(Duration lasting) throws Exception {
    Map<String, String> onDisk =
        Map.of(
            "OUTPOUR_HISTORY_STORE",
            "sqlite",
            "OUTPOUR_HISTORY_PATH",
            directory.resolve("log.db").toString());
    try (TestCluster cluster = new TestCluster(directory, 3, 10).asShipped()) {
      HubProcess owner = cluster.whole(onDisk);
      List<Integer> ports = new ArrayList<>(List.of(owner.awaitPort()));
      HubProcess near = cluster.edge();
      HubProcess far = cluster.edge();
      ports.add(near.awaitPort());
      ports.add(far.awaitPort());
      for (int port : ports) {
        Await.until(() -> isReady(port), cluster::output);
      }
      loadAndCheck(ports, lasting);
      for (int port : ports) {
        assertThat(isReady(port)).isTrue();
      }
    }
  }

  private static boolean isReady(int port) {
    try (RawHttp connection = RawHttp.connect(port)) {
      return connection
              .send("GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n")
              .answer()
              .status()
          == 200;
    }
  }

  private static void loadAndCheck(List<Integer> ports, Duration lasting) throws Exception {
    List<ManyReaders> clients = new ArrayList<>();
    try {
      List<ManyReader> readers = new ArrayList<>();
      ManyReader.Plan plan =
          ManyReader.Plan.of("/events?topic=**")
              .from("earliest")
              .ofEverything()
              .returns(ManyReader.Return.AS_TOLD);
      for (int port : ports) {
        ManyReaders ofNode = new ManyReaders(port);
        clients.add(ofNode);
        readers.addAll(ofNode.open(READERS, i -> plan));
      }
      List<Publisher> publishers = new ArrayList<>();
      for (int i = 0; i < PUBLISHERS; i++) {
        publishers.add(new Publisher("p" + i, ports.get(i % ports.size()), lasting));
      }
      publishers.forEach(Thread::start);
      watch(publishers, readers);
      long all = publishers.stream().mapToLong(each -> each.acknowledged).sum();
      System.out.printf(
          "%d publishers, %d s: %d updates a second to %d readers at %d nodes, %d tries refused%n",
          PUBLISHERS,
          lasting.toSeconds(),
          all / lasting.toSeconds(),
          readers.size(),
          ports.size(),
          publishers.stream().mapToInt(each -> each.refused).sum());
      ManyReaders.await(ARRIVAL, "at the end", readers, each -> each.count() >= all);
      long digest = publishers.stream().mapToLong(each -> each.digest).sum();
      ManyReaders.check(
          "given all, once, in order",
          readers,
          each ->
              each.fault() == null
                  && each.words().isEmpty()
                  && each.count() == all
                  && each.last() == all
                  && each.digest() == digest);
      assertThat(all).isPositive();
    } finally {
      clients.forEach(ManyReaders::close);
    }
  }

  /** Returns when all publishers have ended; fails if a reader falls silent meanwhile. */
  private static void watch(List<Publisher> publishers, List<ManyReader> readers)
      throws InterruptedException {
    long[] reached = readers.stream().mapToLong(ManyReader::last).toArray();
    long[] since = LongStream.generate(System::nanoTime).limit(reached.length).toArray();
    for (Publisher publisher : publishers) {
      while (publisher.isAlive()) {
        publisher.join(500);
        for (int i = 0; i < reached.length; i++) {
          long last = readers.get(i).last();
          if (last != reached[i]) {
            reached[i] = last;
            since[i] = System.nanoTime();
          }
          assertThat(System.nanoTime() - since[i])
              .as("reader %d, at %d: %s", i, last, readers.get(i))
              .isLessThan(SILENCE_NANOS);
        }
      }
    }
    for (Publisher publisher : publishers) {
      assertThat(publisher.failure).isNull();
      assertThat(publisher.acknowledged).isPositive();
    }
  }
}
