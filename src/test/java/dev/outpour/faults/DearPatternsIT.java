package dev.outpour.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.HubFigures;
import dev.outpour.HubProcess;
import dev.outpour.Latencies;
import dev.outpour.ManyReader;
import dev.outpour.ManyReader.Plan;
import dev.outpour.ManyReaders;
import dev.outpour.RawHttp;
import dev.outpour.SteadyPublisher;
import dev.outpour.auth.Tokens;
import dev.outpour.match.DearPatterns;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Readers name as many patterns as they may, all different and the dearest there are, and updates
 * go to topics that these nearly match: nobody else is held up by that.
 */
@Tag(Extent.ALONE)
class DearPatternsIT {

  private static final int PATTERNS = 16;
  private static final int TOPICS = 16;
  private static final int DEAR_A_SECOND = 10;
  private static final int VICTIMS_A_SECOND = 50;
  private static final String SECRET = "a-secret-of-this-test";

  @TempDir private Path directory;

  /**
   * What others had meanwhile.
   *
   * @param victim how long updates took to a reader of one topic
   * @param turns how long the loops took to answer what costs nothing
   * @param published how many updates another publisher published a second, one after the other
   */
  private record Seen(Latencies victim, Latencies turns, double published) {

    @Override
    public String toString() {
      return String.format("victim %s; turns %s; %.0f publishes/s", victim, turns, published);
    }
  }

  /** The same for a few readers, with bounds that hold on any machine. */
  @Test
  void someDearPatternsHoldNobodyUp() throws Exception {
    Seen without = run(0, 3, true);
    Seen with = run(200, 3, true);
    System.out.printf("200 readers with dear patterns:%n  with %s%n  without %s%n", with, without);
    assertThat(with.victim().quantile(0.5)).isLessThan(500);
    assertThat(with.published()).isGreaterThan(0.15 * without.published());
  }

  /** To be run on a machine where nothing else is: {@code mvn -Pfaults verify}. */
  @Test
  @Tag(Extent.TAG)
  @Tag(Extent.LONG)
  void theDearestPatternsHoldNobodyUp() throws Exception {
    holdNobodyUp(false);
  }

  @Test
  @Tag(Extent.TAG)
  @Tag(Extent.LONG)
  void theDearestPatternsUnderRightsHoldNobodyUp() throws Exception {
    holdNobodyUp(true);
  }

  private void holdNobodyUp(boolean limited) throws Exception {
    int seconds = Extent.of(30, 10);
    Seen without = run(0, seconds, limited);
    Seen with = run(950, seconds, limited);
    System.out.printf(
        "950 readers with dear patterns%s:%n  with %s%n  without %s%n",
        limited ? " under rights" : "", with, without);
    assertThat(with.victim().quantile(0.99)).isLessThan(50);
    assertThat(with.turns().quantile(0.99)).isLessThan(20);
    assertThat(with.published()).isGreaterThan(0.5 * without.published());
  }

  private Seen run(int readers, int seconds, boolean limited) throws Exception {
    DearPatterns dear = new DearPatterns(readers);
    String token = limited ? "&access_token=" + SECRET : "";
    Path data = directory.resolve("log-" + readers + ".db");
    JsonObject configuration =
        new JsonObject()
            .put("http", new JsonObject().put("port", 0))
            .put("ingest", new JsonObject())
            .put("history", new JsonObject().put("path", data.toString()));
    if (limited) {
      configuration.put("auth", new JsonObject().put("apiKeys", JsonArray.of(key(dear))));
    }
    Path conf = Files.writeString(directory.resolve("conf.json"), configuration.encode());
    List<String> heap = List.of("-Xmx512m");
    try (HubProcess hub = HubProcess.start(directory, Map.of(), heap, "-conf", conf.toString())) {
      int port = hub.awaitPort();
      try (ManyReaders all = new ManyReaders(port)) {
        all.open(readers, i -> Plan.of("/events?" + patterns(dear) + token));
        return watch(hub, port, all, dear, token, seconds);
      }
    }
  }

  @SuppressWarnings("try") // The publishers do their work by being open.
  private static Seen watch(
      HubProcess hub, int port, ManyReaders all, DearPatterns dear, String token, int seconds)
      throws Exception {
    Latencies victim = new Latencies();
    Latencies turns = new Latencies();
    Plan plan = Plan.of("/events?topic=victim" + token).timed(victim);
    ManyReader reader = all.open(1, i -> plan).get(0);
    double cpu = new HubFigures(hub, port).cpuSeconds();
    ScheduledExecutorService others = Executors.newScheduledThreadPool(3);
    List<RawHttp> probes = IntStream.range(0, 4).mapToObj(i -> RawHttp.connect(port)).toList();
    long published;
    try (SteadyPublisher steady =
            new SteadyPublisher(port, "v", "victim" + token, VICTIMS_A_SECOND);
        RawHttp one = RawHttp.connect(port);
        RawHttp connection = RawHttp.connect(port)) {
      every(others, 1_000 / DEAR_A_SECOND, () -> publish(connection, topics(dear) + token, 4_096));
      every(others, 5, () -> probe(probes, turns));
      published = publishFor(seconds, one, "topic=other" + token);
      others.shutdown();
      assertThat(others.awaitTermination(Await.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
      steady.close();
      Await.until(() -> reader.count() == steady.acknowledged(), () -> reader);
    }
    probes.forEach(RawHttp::close);
    assertThat(reader.fault()).isNull();
    System.out.printf(
        "%.1f s of a core in %d s%n", new HubFigures(hub, port).cpuSeconds() - cpu, seconds);
    return new Seen(victim, turns, (double) published / seconds);
  }

  private static void every(ScheduledExecutorService threads, int millis, Runnable what) {
    threads.scheduleAtFixedRate(what, 0, millis, TimeUnit.MILLISECONDS);
  }

  /** Rights that take nobody's patterns whole, and are as dear. */
  private static JsonObject key(DearPatterns dear) {
    List<String> rights = new ArrayList<>(List.of("victim", "other"));
    Stream.generate(dear::right).limit(PATTERNS - rights.size()).forEach(rights::add);
    return new JsonObject()
        .put("name", "all")
        .put("sha256", Tokens.sha256(SECRET))
        .put("publish", JsonArray.of("**"))
        .put("subscribe", new JsonArray(rights));
  }

  private static String patterns(DearPatterns dear) {
    return Stream.generate(dear::next)
        .limit(PATTERNS)
        .map("topic="::concat)
        .collect(Collectors.joining("&"));
  }

  private static String topics(DearPatterns dear) {
    return Stream.generate(dear::topic)
        .limit(TOPICS)
        .map("topic="::concat)
        .collect(Collectors.joining("&"));
  }

  private static void probe(List<RawHttp> probes, Latencies into) {
    for (RawHttp probe : probes) {
      long begun = System.nanoTime();
      probe.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n").answer();
      into.add(System.nanoTime() - begun);
    }
  }

  private static long publishFor(int seconds, RawHttp connection, String query) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    long published = 0;
    for (; System.nanoTime() < end; published++) {
      publish(connection, query, 100);
    }
    return published;
  }

  private static void publish(RawHttp connection, String query, int bytes) {
    String data = "\"" + "x".repeat(bytes - 2) + "\"";
    RawHttp.Answer answer =
        connection
            .send(
                "POST /update?"
                    + query
                    + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                    + bytes
                    + "\r\n\r\n"
                    + data)
            .answer();
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }
}
