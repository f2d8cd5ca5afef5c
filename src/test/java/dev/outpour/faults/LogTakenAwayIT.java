package dev.outpour.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.HubProcess;
import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.SseParser.Event;
import dev.outpour.checker.Workload;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The log of a hub at work is taken away, or a second hub comes for it: nothing is answered 200
 * that the next start does not find, and one hub writes.
 */
@Timeout(120)
class LogTakenAwayIT {

  private static final int PUBLISHERS = 4;
  private static final int BEFORE = 300;
  private static final int REFUSED = 40;

  @TempDir private Path directory;
  private Path data;
  private Path log;

  /** What is done to the log's files, by a shell in the folder above; their folder is data. */
  enum Harm {
    REMOVED("rm -rf data"),
    MOVED("mv data elsewhere"),
    REPLACED("mv data/log.db data/aside.db && mv copy.db data/log.db"),
    COPIED_OVER("cp copy.db data/log.db"),
    CUT_SHORT("truncate -s 4096 data/log.db"),
    WRITE_AHEAD_LOG_CUT_SHORT("truncate -s 0 data/log.db-wal");

    private final String command;

    Harm(String command) {
      this.command = command;
    }
  }

  private static Stream<Harm> harms() {
    return Extent.isBrief()
        ? Stream.of(Harm.REMOVED, Harm.REPLACED, Harm.WRITE_AHEAD_LOG_CUT_SHORT)
        : Stream.of(Harm.values());
  }

  private record Published(long begunNanos, int status, String body, String data) {
    String id() {
      return new JsonObject(body).getString("id");
    }
  }

  @BeforeEach
  void resolve() {
    data = directory.resolve("data");
    log = data.resolve("log.db");
  }

  private void shell(String command) {
    Machine.run("sh", "-ec", "cd '" + directory + "' && " + command);
  }

  private void copy() throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + log);
        Statement statement = connection.createStatement()) {
      statement.execute("VACUUM INTO '" + directory.resolve("copy.db") + "'");
    }
  }

  @ParameterizedTest
  @MethodSource("harms")
  void nothingIsAnsweredThatTheNextStartDoesNotFind(Harm harm) throws Exception {
    Queue<Published> published = new ConcurrentLinkedQueue<>();
    AtomicInteger number = new AtomicInteger();
    List<Thread> publishers = new ArrayList<>();
    try (HubOnDisk hub = new HubOnDisk(directory, log)) {
      hub.start();
      hub.published("0");
      copy();
      try (SseClient reader = hub.read("earliest")) {
        for (int i = 0; i < PUBLISHERS; i++) {
          Thread publisher = new Thread(() -> publish(hub, number, published));
          publishers.add(publisher);
          publisher.start();
        }
        Await.until(() -> published.size() >= BEFORE, published::size);
        shell(harm.command);
        long done = System.nanoTime();
        Await.until(() -> after(done, published).size() >= REFUSED, () -> after(done, published));
        Await.until("not ready", () -> hub.health() == 503);
        publishers.forEach(Thread::interrupt);
        for (Thread publisher : publishers) {
          publisher.join();
        }
        assertThat(reader.events()).hasSizeGreaterThanOrEqualTo(BEFORE / 2);
        hub.process().kill();
        Map<String, String> found = whatTheNextStartReads(hub);
        assertThat(after(done, published))
            .filteredOn(each -> each.status() == 200)
            .allSatisfy(each -> assertThat(found).containsEntry(each.id(), each.data()));
        assertThat(after(done, published))
            .extracting(Published::status)
            .isSubsetOf(503, 504)
            .endsWith(503);
      }
    } finally {
      publishers.forEach(Thread::interrupt);
    }
  }

  private static void publish(HubOnDisk hub, AtomicInteger number, Queue<Published> published) {
    while (!Thread.currentThread().isInterrupted()) {
      String update = "" + number.incrementAndGet();
      long begun = System.nanoTime();
      try {
        RawHttp.Answer answer = hub.publish(update);
        published.add(new Published(begun, answer.status(), answer.body(), update));
      } catch (UncheckedIOException e) {
        return;
      }
    }
  }

  private static List<Published> after(long done, Queue<Published> published) {
    return published.stream().filter(each -> each.begunNanos() - done > 0).toList();
  }

  /** The updates by their ids; none if it does not start, which is right for what was spoiled. */
  private static Map<String, String> whatTheNextStartReads(HubOnDisk hub) throws Exception {
    Map<String, String> found = new HashMap<>();
    if (hub.launch(List.of(), Map.of()).awaitReady()) {
      String last = hub.published("\"last\"");
      try (SseClient reader = hub.read("earliest")) {
        Await.until(() -> reader.lastEventId().equals(last), () -> reader);
        for (Event each : reader.events()) {
          found.put(each.id(), each.data());
        }
      }
    }
    return found;
  }

  @Test
  void hubGoesOnWhereTheFolderIsPutBack() throws Exception {
    try (HubOnDisk hub = new HubOnDisk(directory, log)) {
      hub.start();
      try (Workload load = new Workload(directory.resolve("journal"), hub.port()).start()) {
        for (int i = 0; i < 3; i++) {
          load.awaitAcknowledged(50);
          shell("mv data elsewhere");
          Await.until("not ready", () -> hub.health() == 503);
          shell("mv elsewhere data");
          Await.until("ready", () -> hub.health() == 200);
        }
        load.awaitAcknowledged(50);
        hub.process().kill();
        hub.start();
        load.awaitAcknowledged(50);
        load.stop();
        load.check();
      }
    }
  }

  @Test
  void secondHubIsRefusedByAnyNameAndTheFirstGoesOn() throws Exception {
    try (HubOnDisk hub = new HubOnDisk(directory, log)) {
      hub.start();
      try (Workload load = new Workload(directory.resolve("journal"), hub.port()).start()) {
        load.awaitAcknowledged(50);
        Path link =
            Files.createSymbolicLink(directory.resolve("link.db"), Path.of("data", "log.db"));
        assertRefused(link, "Another hub uses " + link);
        Path folder = Files.createSymbolicLink(directory.resolve("folder"), data);
        assertRefused(folder.resolve("log.db"), "Another hub uses " + folder);
        Files.delete(data.resolve("log.db.lock"));
        assertRefused(log, "Another hub uses " + log);
        Path hard = Files.createLink(directory.resolve("hard.db"), log);
        assertRefused(hard, "is open under another name");
        load.awaitAcknowledged(50);
        assertThat(hub.process().isAlive()).isTrue();
        hub.process().kill();
        hub.start();
        load.awaitAcknowledged(50);
        load.stop();
        load.check();
      }
    }
  }

  private void assertRefused(Path name, String words) throws Exception {
    Path its = Files.createDirectories(directory.resolve("its"));
    try (HubOnDisk second = new HubOnDisk(its, name)) {
      HubProcess process = second.launch(List.of(), Map.of());
      assertThat(process.awaitReady()).as("" + name).isFalse();
      assertThat(process.awaitExit()).isNotZero();
      assertThat(process.output()).anyMatch(line -> line.contains(words));
    }
  }
}
