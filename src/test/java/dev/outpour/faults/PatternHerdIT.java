package dev.outpour.faults;

import static java.util.stream.IntStream.range;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.HubFigures;
import dev.outpour.HubProcess;
import dev.outpour.ManyReader;
import dev.outpour.ManyReader.Plan;
import dev.outpour.ManyReaders;
import dev.outpour.RawHttp;
import dev.outpour.SteadyPublisher;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of readers, each of whom wants something else, come together for what they have missed:
 * the log is read once for all of them.
 *
 * <p>An update of sort n goes to the topics {@code own/n/x} and {@code shared/k/x}, where k is n
 * modulo {@value #SHARED}; reader n wants {@code own/n/*} and {@code shared/k/**}, so that it wants
 * its own twice.
 */
@Tag(Extent.ALONE)
@Tag(Extent.TAG)
class PatternHerdIT {

  private static final int READERS = Extent.of(10_000, 1_000);
  private static final int SHARED = Extent.of(997, 97);
  private static final int LINES = 10;
  private static final int MISSED = Extent.of(10_000, 2_000) * LINES;

  /** Older than anyone wants: it is there to be removed while the herd reads. */
  private static final int OLD = 20_000;

  private static final long MOST_WAL_BYTES = 64L << 20;
  private static final double MOST_PUBLISH_MILLIS = 2_000;
  private static final Duration MOST = Duration.ofMinutes(3);

  @TempDir private Path directory;
  private final long[] counts = new long[SHARED];
  private final long[] digests = new long[SHARED];

  private HubProcess start() throws Exception {
    JsonObject configuration =
        new JsonObject()
            .put("http", new JsonObject().put("port", 0))
            .put("ingest", new JsonObject())
            .put(
                "history",
                new JsonObject()
                    .put("store", "sqlite")
                    .put("path", "log.db")
                    .put("keepUpdates", OLD + MISSED));
    Path conf = Files.writeString(directory.resolve("conf.json"), configuration.encode());
    List<String> heap = List.of("-Xmx512m");
    return HubProcess.start(directory, Map.of(), heap, "-conf", conf.toString());
  }

  @Test
  @SuppressWarnings("try") // The publishers do their work by being open.
  void herdWithManyPatternsReadsEachPageOnceAndEachReaderGetsItsOwnOnce() throws Exception {
    String from = fill();
    try (HubProcess hub = start()) {
      int port = hub.awaitPort();
      HubFigures figures = new HubFigures(hub, port);
      double cpu = figures.cpuSeconds();
      long begun = System.nanoTime();
      try (ManyReaders readers = new ManyReaders(port);
          SteadyPublisher one = new SteadyPublisher(port, "one", "elsewhere", 50);
          SteadyPublisher two = new SteadyPublisher(port, "two", "elsewhere", 50)) {
        List<ManyReader> herd = readers.open(READERS, i -> plan(i, from));
        double connected = (System.nanoTime() - begun) / 1e9;
        AtomicLong wal = new AtomicLong();
        Await.within(
            MOST,
            () -> {
              wal.accumulateAndGet(walBytes(), Math::max);
              return range(0, READERS).allMatch(i -> herd.get(i).count() >= counts[i % SHARED]);
            },
            () -> herd.get(0));
        double all = (System.nanoTime() - begun) / 1e9;
        double loaded = figures.metric("outpour_pages_loaded_total");
        long pages = pages();
        System.out.printf(
            "%d patterns: connected in %.1f s, all read in %.1f s, %.1f s of a core, %.0f MB,"
                + " %.0f pages of %d loaded, %d MB of write-ahead log, publishing: %s%n",
            READERS,
            connected,
            all,
            figures.cpuSeconds() - cpu,
            figures.residentMegabytes(),
            loaded,
            pages,
            wal.get() >> 20,
            one.latencies());
        range(0, READERS).forEach(i -> check(herd.get(i), i % SHARED));
        assertThat(loaded).isLessThanOrEqualTo(1.1 * pages);
        assertThat(wal.get()).isLessThan(MOST_WAL_BYTES);
        for (SteadyPublisher publisher : List.of(one, two)) {
          assertThat(publisher.latencies().quantile(0.99)).isLessThan(MOST_PUBLISH_MILLIS);
        }
      }
    }
  }

  private void check(ManyReader reader, int shared) {
    assertThat(reader.fault()).isNull();
    assertThat(reader.words()).isEmpty();
    assertThat(reader.count()).isEqualTo(counts[shared]);
    assertThat(reader.digest()).isEqualTo(digests[shared]);
  }

  private long walBytes() {
    try {
      return Files.size(directory.resolve("log.db-wal"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many pages the herd has to read. */
  private long pages() throws SQLException {
    try (Connection file = DriverManager.getConnection("jdbc:sqlite:" + directory + "/log.db");
        Statement statement = file.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) + 1 FROM pages WHERE first > "
                    + (OLD + 1)
                    + " AND first <= "
                    + (OLD + MISSED))) {
      row.next();
      return row.getLong(1);
    }
  }

  private static Plan plan(int i, String from) {
    return Plan.of("/events?topic=own/" + i + "/*&topic=shared/" + i % SHARED + "/**").from(from);
  }

  /** Publishes what the herd has missed; returns the position before it. */
  private String fill() throws Exception {
    try (HubProcess hub = start();
        RawHttp connection = RawHttp.connect(hub.awaitPort())) {
      String before = "";
      for (int i = 0; i < OLD; i += 1_000) {
        before = publish(connection, "topic=old", "0\n".repeat(1_000)).getString("last");
      }
      for (int i = 0; i < MISSED / LINES; i++) {
        int sort = i * 7_919 % READERS;
        String line = "{\"sort\":" + sort + ",\"x\":\"" + "x".repeat(170) + "\"}";
        String topics = "topic=own/" + sort + "/x&topic=shared/" + sort % SHARED + "/x";
        String first = publish(connection, topics, (line + "\n").repeat(LINES)).getString("first");
        long number = Long.parseLong(first.substring(first.indexOf('-') + 1));
        CRC32C crc = new CRC32C();
        crc.update(line.getBytes(StandardCharsets.US_ASCII));
        counts[sort % SHARED] += LINES;
        for (int j = 0; j < LINES; j++) {
          digests[sort % SHARED] += ManyReader.mix(number + j, crc.getValue());
        }
      }
      hub.terminate().awaitExit();
      return before;
    }
  }

  private static JsonObject publish(RawHttp connection, String query, String lines) {
    RawHttp.Answer answer =
        connection
            .send(
                "POST /update?"
                    + query
                    + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
                    + "Content-Length: "
                    + lines.length()
                    + "\r\n\r\n"
                    + lines)
            .answer();
    assertThat(answer.status()).isEqualTo(200);
    return new JsonObject(answer.body());
  }
}
