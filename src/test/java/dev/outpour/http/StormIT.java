package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.HubFigures;
import dev.outpour.HubProcess;
import dev.outpour.RawHttp;
import dev.outpour.auth.Tokens;
import dev.outpour.checker.Verdict;
import dev.outpour.checker.Vitals;
import dev.outpour.checker.Workload;
import dev.outpour.faults.Extent;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All hostile inputs at once, over many connections, while others subscribe and publish: each gets
 * its usual answer, the others notice nothing, and the hub recovers completely.
 */
@Tag(Extent.ALONE)
class StormIT {

  private static final Duration STORM = Duration.ofSeconds(Extent.of(15, 15, 4));
  private static final int ATTACKERS = 24;

  /** Clients that start a head or a body and never complete it. */
  private static final int HALF_OPEN = 200;

  @TempDir private Path directory;

  private final ExecutorService attackers = Executors.newFixedThreadPool(ATTACKERS);
  private final long seed = System.nanoTime();
  private HubProcess hub;
  private int port;

  @BeforeEach
  void start() throws Exception {
    JsonObject auth =
        new JsonObject()
            .put("anonymous", true)
            .put("hmacSecret", Tokens.SECRET)
            .put("issuer", "https://login.example")
            .put("audience", "hub");
    JsonObject configuration =
        new JsonObject()
            .put("http", new JsonObject().put("port", 0).put("pageCacheMegabytes", 8))
            .put("ingest", new JsonObject())
            .put("auth", auth);
    configuration
        .getJsonObject("http")
        .put("origins", new JsonArray().add("https://*.app.example").add("https://a.example"));
    Path conf = Files.writeString(directory.resolve("conf.json"), configuration.encode());
    hub = HubProcess.start(directory, Map.of(), Vitals.OPTIONS, "-conf", conf.toString());
    port = hub.awaitPort();
  }

  @AfterEach
  void stop() {
    attackers.shutdownNow();
    hub.close();
  }

  @Test
  void hubIsAsItWasAndAllOthersHaveTheirUpdates() throws Exception {
    System.out.println("The storm's seed is " + seed);
    List<Hostile> cases = cases();
    try (Workload calm = workload("calm-")) {
      storm(cases, 4L * cases.size()); // after that, thread pools have their full size
      calm.awaitAcknowledged(200);
      calm.stop();
    }
    HubFigures figures = new HubFigures(hub, port);
    Vitals.awaitIdle(figures);
    Vitals before = Vitals.of(hub);
    int printed = hub.printed();
    List<RawHttp> halfOpen = halfOpen();
    long sent;
    try (Workload load = workload("")) {
      sent = storm(cases, Long.MAX_VALUE);
      load.stop();
      Verdict verdict = load.check();
      System.out.println(sent + " hostile requests; " + verdict);
      assertThat(verdict.acknowledged()).isGreaterThan(100);
    }
    halfOpen.forEach(StormIT::checkLate);
    Vitals.awaitIdle(figures);
    before.awaitBack(hub);
    assertThat(sent).isGreaterThan(3L * cases.size());
    hub.terminate();
    List<String> output = hub.output();
    checkLog(output.subList(printed, output.size()));
  }

  /** Omits accepted updates: the workload does not know them. */
  private static List<Hostile> cases() {
    return Stream.concat(HostileBytes.cases(), HostileRequests.cases())
        .filter(each -> each.status() != 200 || each.bytes()[0] == 'G')
        .toList();
  }

  private Workload workload(String name) throws Exception {
    return new Workload(directory.resolve("journal"), port)
        .named(name)
        .readers(6)
        .seed(seed)
        .arrival(Await.LONG)
        .start();
  }

  /** Sends a number of requests, or as many as the time allows; returns how many. */
  private long storm(List<Hostile> cases, long most) throws Exception {
    long end = System.nanoTime() + STORM.toNanos();
    List<Future<Long>> all = new ArrayList<>();
    for (int i = 0; i < ATTACKERS; i++) {
      Random random = new Random(seed + i);
      all.add(attackers.submit(() -> attack(cases, random, most / ATTACKERS, end)));
    }
    long sent = 0;
    for (Future<Long> each : all) {
      sent += each.get(2 * STORM.toSeconds(), TimeUnit.SECONDS);
    }
    return sent;
  }

  private long attack(List<Hostile> cases, Random random, long most, long end) {
    List<Hostile> shuffled = new ArrayList<>(cases);
    long sent = 0;
    while (sent < most && System.nanoTime() < end) {
      int next = (int) (sent % shuffled.size());
      if (next == 0) {
        Collections.shuffle(shuffled, random);
      }
      try (RawHttp connection = RawHttp.connect(port)) {
        connection.send(shuffled.get(next).bytes());
        // Some disconnect without waiting for an answer.
        if (random.nextInt(8) == 0) {
          connection.reset();
        } else {
          shuffled.get(next).check(connection);
        }
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(shuffled.get(next) + ", with the seed " + seed, e);
      }
      sent++;
    }
    return sent;
  }

  private List<RawHttp> halfOpen() {
    String head = "POST /update?topic=late HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n";
    return IntStream.range(0, HALF_OPEN)
        .mapToObj(i -> RawHttp.connect(port).send(head + (i % 2 == 0 ? "" : "\r\n1")))
        .toList();
  }

  private static void checkLate(RawHttp halfOpen) {
    Problems.check(408, halfOpen.answer());
    halfOpen.awaitClose();
    halfOpen.close();
  }

  /** Checks the log: one line a second and event loop about refusals, and no warnings. */
  private static void checkLog(List<String> lines) {
    // A refused origin is logged once, and is not the hub's fault.
    assertThat(Vitals.troubles(lines))
        .filteredOn(line -> !line.contains("RefusedOrigins"))
        .isEmpty();
    assertThat(lines).allMatch(line -> line.chars().noneMatch(c -> c < ' '));
    int loops = Runtime.getRuntime().availableProcessors() * 2;
    assertThat(lines.size()).isLessThan((int) STORM.toSeconds() * 2 * loops + 20);
  }
}
