package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.faults.Extent;
import dev.outpour.log.UpdateBus;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An event loop or a node that does nothing for long, while updates pass at the rate that the
 * machine gives: it costs the others no memory, and afterwards its readers have everything, or are
 * told exactly what they do not have.
 */
@Tag(Extent.ALONE)
@Tag(Extent.TAG)
@Tag(Extent.LONG)
class HeldUpIT {

  private static final Duration LONG = Duration.ofSeconds(Extent.of(60, 5));
  private static final int LINES = 300;
  private static final String PAD = "x".repeat(10_000);
  private static final int MEGABYTE = 1 << 20;

  @TempDir private Path directory;

  @Test
  void loopThatIsHeldUpHasNothingPileUpForIt() throws Exception {
    JsonObject history =
        new JsonObject()
            .put("store", "sqlite")
            .put("path", directory.resolve("outpour.db").toString())
            .put("keepMegabytes", 100);
    TestHub.run(
        new JsonObject().put("history", history),
        hub -> {
          List<SseClient> readers =
              Stream.generate(() -> hub.read("topic=held")).limit(hub.loops().size()).toList();
          Context loop = hub.loops().get(0);
          SseClient reader;
          String last;
          try (HeldLoop held = new HeldLoop(loop)) {
            assertThat(held).isNotNull();
            publishBeside(hub, loop);
            reader = onlyOneWithout(readers);
            long before = usedBytes();
            last = publishFor(LONG, () -> publishBeside(hub, loop));
            long grown = usedBytes() - before;
            System.out.println("A loop was held up, the heap grew by " + grown / MEGABYTE + " MB");
            assertThat(grown).isLessThan(128L * MEGABYTE);
          }
          reader.awaitLastId(last);
          assertHasAllOrWasTold(reader, last);
          reader.close();
        });
  }

  @Test
  void nodeThatIsHeldUpHasNothingPileUpForItElsewhere() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3, 200)) {
      HubProcess owner =
          cluster.ingest(
              Map.of("OUTPOUR_HISTORY_STORE", "sqlite", "OUTPOUR_HISTORY_KEEP_MEGABYTES", "100"));
      HubProcess near = cluster.edge();
      HubProcess far = cluster.edge();
      int nearPort = near.awaitPort();
      int farPort = far.awaitPort();
      Await.until(() -> publish(nearPort, 1) != null && publish(farPort, 1) != null, owner::unread);
      try (SseClient there = SseClient.to(farPort, "/events?topic=held").open()) {
        long before = residentBytes(owner);
        far.hold();
        String last = publishFor(LONG, () -> publish(nearPort, LINES));
        long grown = residentBytes(owner) - before;
        System.out.println("A node was held up, the owner grew by " + grown / MEGABYTE + " MB");
        assertThat(grown).isLessThan(300L * MEGABYTE);
        far.goOn();
        there.awaitLastId(last);
        assertHasAllOrWasTold(there, last);
      }
    }
  }

  /** The subscriber on the blocked loop. The others disconnect. */
  private static SseClient onlyOneWithout(List<SseClient> readers) {
    Await.until(
        () -> readers.stream().filter(each -> each.events().isEmpty()).count() == 1, () -> readers);
    SseClient held = null;
    for (SseClient each : readers) {
      if (each.events().isEmpty()) {
        held = each;
      } else {
        each.close();
      }
    }
    return held;
  }

  /** Publishes from a free loop, since an HTTP connection may be on a blocked one. */
  private static String publishBeside(TestHub hub, Context held) {
    Context free = hub.loops().stream().filter(each -> each != held).findFirst().orElseThrow();
    Promise<JsonObject> last = Promise.promise();
    DeliveryOptions options = new DeliveryOptions().addHeader("topic", "held");
    free.runOnContext(
        turn -> {
          for (int i = 1; i < LINES; i++) {
            hub.vertx().eventBus().send(UpdateBus.INGEST, PAD, options);
          }
          hub.vertx()
              .eventBus()
              .<JsonObject>request(UpdateBus.INGEST, PAD, options)
              .map(Message::body)
              .onComplete(last);
        });
    return Await.result(last.future()).getString("id");
  }

  /** Publishes for a time, and returns the last id. */
  private static String publishFor(Duration time, Supplier<String> publish) {
    long end = System.nanoTime() + time.toNanos();
    long begun = System.nanoTime();
    long count = 0;
    String last = null;
    while (System.nanoTime() < end) {
      String published = publish.get();
      if (published != null) {
        last = published;
        count += LINES;
      }
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    System.out.printf("%.1f MB/s for %.0f s%n", count * PAD.length() / seconds / 1e6, seconds);
    return last;
  }

  /** Publishes lines, and returns the last id; null if they were refused. */
  private static String publish(int port, int lines) {
    try (RawHttp raw = RawHttp.connect(port)) {
      String line = "\"" + PAD + "\"\n";
      raw.send(
          "POST /update?topic=held HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
              + lines * line.length()
              + "\r\nContent-Type: application/x-ndjson\r\n\r\n"
              + line.repeat(lines));
      RawHttp.Answer answer = raw.answer();
      return answer.status() == 200 ? new JsonObject(answer.body()).getString("last") : null;
    }
  }

  /** Checks that every gap between two ids was announced as lost. */
  private static void assertHasAllOrWasTold(SseClient reader, String last) {
    long at = number(reader.blocks().get(0).id());
    long lost = 0;
    for (SseParser.Block block : reader.blocks()) {
      if ("outpour.truncated".equals(block.event())) {
        JsonObject told = new JsonObject(block.data());
        assertThat(told.getString("reason")).isEqualTo("expired");
        assertThat(number(told.getString("asked"))).isEqualTo(at);
        assertThat(number(told.getString("earliest"))).isGreaterThan(at + 1);
        lost += number(block.id()) - at;
        at = number(block.id());
      } else if (block.data() != null && block.id() != null) {
        assertThat(number(block.id())).isEqualTo(at + 1);
        at++;
      }
    }
    assertThat(at).isEqualTo(number(last));
    System.out.println(reader.events().size() + " updates given, " + lost + " told as lost");
  }

  private static long number(String id) {
    return Long.parseLong(id.substring(id.indexOf('-') + 1));
  }

  private static long usedBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static long residentBytes(HubProcess process) throws IOException {
    Path status = Path.of("/proc", "" + process.pid(), "status");
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }
}
