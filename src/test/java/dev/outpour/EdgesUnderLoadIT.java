package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.faults.Extent;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log's owner and two edges, 20 readers of everything at each, with the options that are shipped;
 * 5,000 updates a second are published at all three, as lines or by 32 publishers who wait for each
 * answer, or as many as the machine can: the rate is printed.
 *
 * <p>Every reader has to be given each update, once, in order and with the data that was published,
 * and nobody may fall silent meanwhile.
 */
@Tag(Extent.ALONE)
class EdgesUnderLoadIT {

  private static final int READERS = 20;
  private static final int PUBLISHERS = 32;
  private static final int PER_SECOND = 5_000;
  private static final int LINES = 250;
  private static final Duration SHORT = Duration.ofSeconds(Extent.of(60, 30, 3));
  private static final Duration ARRIVAL = Duration.ofSeconds(90);

  /** Longer than a subscriber may be behind on a loaded machine. */
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(15);

  private static final long MOST_LATE_NANOS = TimeUnit.SECONDS.toNanos(5);

  @TempDir private Path directory;

  /** Sends one request after the other, and repeats each with its key until it is acknowledged. */
  private abstract static class Publisher extends Thread {
    private final Duration lasting;
    private final Duration pace;
    private final Map<Integer, RawHttp> connections = new HashMap<>();
    private final CRC32C sum = new CRC32C();
    private volatile long acknowledged;
    private volatile @Nullable Throwable failure;
    private volatile int refused;
    private long digest;
    private long last;

    Publisher(String name, Duration lasting, Duration pace) {
      super(name);
      this.lasting = lasting;
      this.pace = pace;
      setDaemon(true);
    }

    abstract void publish(long times);

    @Override
    public void run() {
      long due = System.nanoTime();
      long end = due + lasting.toNanos();
      try {
        for (long times = 0; System.nanoTime() < end; times++) {
          long now = System.nanoTime();
          if (now < due) {
            TimeUnit.NANOSECONDS.sleep(due - now);
          }
          // Catches up after a small delay.
          due = Math.max(due + pace.toNanos(), now - MOST_LATE_NANOS);
          publish(times);
        }
      } catch (InterruptedException | RuntimeException | AssertionError e) {
        failure = e;
      } finally {
        connections.values().forEach(RawHttp::close);
      }
    }

    JsonObject send(int port, String query, String type, String body) {
      String request =
          "POST /update?%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(query, type, body.length(), body);
      while (true) {
        RawHttp connection = connections.computeIfAbsent(port, RawHttp::connect);
        RawHttp.Answer answer = connection.send(request).answer();
        if (answer.status() < 500) {
          return new JsonObject(answer.body());
        }
        // The hub closes after a refusal if it has not read the whole body.
        connections.remove(port).close();
        refused++;
        Await.aMoment();
      }
    }

    void stored(long number, String data) {
      if (number <= last) {
        throw new AssertionError(data + " stands at " + number + ", the one before at " + last);
      }
      last = number;
      sum.reset();
      sum.update(data.getBytes(StandardCharsets.UTF_8));
      digest += ManyReader.mix(number, sum.getValue());
      acknowledged++;
    }

    static String data(String key) {
      return "{\"key\":\"" + key + "\",\"x\":\"" + "x".repeat(60) + "\"}";
    }

    static long number(String id) {
      return Long.parseLong(id.substring(id.indexOf('-') + 1));
    }
  }

  /** Publishes one update after the other at one node. */
  private static final class One extends Publisher {
    private final int port;

    One(String name, int port, Duration lasting) {
      super(name, lasting, Duration.ofSeconds(1).multipliedBy(PUBLISHERS).dividedBy(PER_SECOND));
      this.port = port;
    }

    @Override
    void publish(long times) {
      String key = getName() + "-" + times;
      String query = "topic=load/" + getName() + "&key=" + key;
      JsonObject answer = send(port, query, "application/json", data(key));
      stored(number(answer.getString("id")), data(key));
    }
  }

  /** Publishes lines, one body after the other, at each node in turn. */
  private static final class Lines extends Publisher {
    private final List<Integer> ports;

    Lines(List<Integer> ports, Duration lasting) {
      super("lines", lasting, Duration.ofSeconds(1).multipliedBy(LINES).dividedBy(PER_SECOND));
      this.ports = ports;
    }

    @Override
    void publish(long times) {
      int port = ports.get((int) (times % ports.size()));
      List<String> lines =
          IntStream.range(0, LINES).mapToObj(line -> data(times + "-" + line)).toList();
      String body = String.join("\n", lines) + "\n";
      String query = "topic=load/lines&key=body-" + times;
      JsonObject answer = send(port, query, "application/x-ndjson", body);
      long first = number(answer.getString("first"));
      assertThat(answer.getInteger("count")).isEqualTo(LINES);
      assertThat(number(answer.getString("last")) - first).isEqualTo(LINES - 1);
      for (int line = 0; line < LINES; line++) {
        stored(first + line, lines.get(line));
      }
    }
  }

  @Test
  void everyReaderAtEveryNodeIsGivenAllUnderLoad() throws Exception {
    runFor(SHORT, EdgesUnderLoadIT::waiting);
  }

  @Test
  void everyReaderAtEveryNodeIsGivenAllLinesUnderLoad() throws Exception {
    runFor(SHORT, EdgesUnderLoadIT::lines);
  }

  @Test
  @Tag(Extent.TAG)
  @Tag(Extent.LONG)
  void everyReaderAtEveryNodeIsGivenAllForTenMinutes() throws Exception {
    runFor(Duration.ofMinutes(10), EdgesUnderLoadIT::waiting);
  }

  @Test
  @Tag(Extent.TAG)
  @Tag(Extent.LONG)
  void everyReaderAtEveryNodeIsGivenAllLinesForTenMinutes() throws Exception {
    runFor(Duration.ofMinutes(10), EdgesUnderLoadIT::lines);
  }

  private static List<Publisher> waiting(List<Integer> ports, Duration lasting) {
    List<Publisher> publishers = new ArrayList<>();
    for (int i = 0; i < PUBLISHERS; i++) {
      publishers.add(new One("p" + i, ports.get(i % ports.size()), lasting));
    }
    return publishers;
  }

  private static List<Publisher> lines(List<Integer> ports, Duration lasting) {
    return List.of(new Lines(ports, lasting));
  }

  private void runFor(
      Duration lasting, BiFunction<List<Integer>, Duration, List<Publisher>> publishing)
      throws Exception {
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
      loadAndCheck(ports, publishing.apply(ports, lasting), lasting);
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

  private static void loadAndCheck(
      List<Integer> ports, List<Publisher> publishers, Duration lasting) throws Exception {
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
      publishers.forEach(Thread::start);
      watch(publishers, readers);
      long all = publishers.stream().mapToLong(each -> each.acknowledged).sum();
      System.out.printf(
          "%d of %s, %d s: %d updates a second to %d readers at %d nodes, %d tries refused%n",
          publishers.size(),
          publishers.get(0).getClass().getSimpleName(),
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

  /** Waits for all publishers. Fails if a subscriber stops receiving meanwhile. */
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
