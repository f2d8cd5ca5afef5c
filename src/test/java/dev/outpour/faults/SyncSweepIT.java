package dev.outpour.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.HubProcess;
import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.SseParser.Event;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The hub is killed at its first sync, its second, and so on: those of making the file, of opening
 * it, of publishing, of bringing the write-ahead log into the file, and of closing it.
 */
@Tag(Extent.TAG)
class SyncSweepIT {

  /** How many syncs a life of {@link #UPDATES} has, from making the file to its closing. */
  private static final int MOST_SYNCS = 40;

  private static final int UPDATES = 12;

  /** So large that the write-ahead log is brought into the file after a few of them. */
  private static final String PADDING = "x".repeat(700_000);

  @TempDir private Path directory;

  private final long seed = System.nanoTime();

  @Test
  void killedAtAnySyncTheLogHoldsWhatWasAcknowledgedAndNothingElse() throws Exception {
    List<Integer> syncs = new ArrayList<>();
    if (Extent.isSlice()) {
      new Random(seed).ints(1, 24).distinct().limit(3).forEach(syncs::add);
    } else {
      IntStream.rangeClosed(1, MOST_SYNCS).forEach(syncs::add);
    }
    List<String> survived = new ArrayList<>();
    for (int sync : syncs) {
      boolean killed = killAt(sync, survived);
      if (!killed) {
        assertThat(sync).as("syncs of a whole life").isGreaterThan(20);
        break;
      }
    }
    System.out.println("Killed at syncs, seed " + seed + ": " + survived);
  }

  /** Whether the hub lived so long. */
  private boolean killAt(int sync, List<String> survived) throws Exception {
    Path place = Files.createDirectory(directory.resolve("sync" + sync));
    Path trace = place.resolve("trace");
    List<String> wrapper = Strace.launching(trace, "fsync,fdatasync", "signal=KILL:when=" + sync);
    try (HubOnDisk hub = new HubOnDisk(place, place.resolve("log.db"))) {
      HubProcess first = hub.launch(wrapper, Map.of());
      Map<String, String> acknowledged = new LinkedHashMap<>();
      List<Event> seen = new ArrayList<>();
      if (first.awaitReady()) {
        publish(hub, acknowledged, seen);
      }
      first.terminate();
      first.awaitExit();
      if (Strace.injections(trace) == 0) {
        return false;
      }
      hub.start();
      check(sync, hub, acknowledged, seen);
      survived.add(sync + ": " + acknowledged.size());
      Files.delete(hub.log());
      return true;
    }
  }

  private static void publish(HubOnDisk hub, Map<String, String> acknowledged, List<Event> seen) {
    Optional<SseClient> reader = Optional.empty();
    try {
      SseClient opened = hub.read("earliest");
      reader = Optional.of(opened);
      for (int i = 1; i <= UPDATES; i++) {
        String json = "{\"n\":" + i + ",\"p\":\"" + PADDING + "\"}";
        RawHttp.Answer answer = hub.publish(json);
        assertThat(answer.status()).isEqualTo(200);
        acknowledged.put(new JsonObject(answer.body()).getString("id"), json);
      }
    } catch (UncheckedIOException e) {
      // It was killed meanwhile.
    } finally {
      reader.ifPresent(
          it -> {
            it.close();
            seen.addAll(it.events());
          });
    }
  }

  private void check(int sync, HubOnDisk hub, Map<String, String> acknowledged, List<Event> seen) {
    String what = "killed at sync " + sync;
    String last = hub.published("\"last\"");
    int count = Integer.parseInt(last.substring(last.indexOf('-') + 1));
    // What was under way may be there.
    assertThat(count - 1).as(what).isBetween(acknowledged.size(), acknowledged.size() + 1);
    try (SseClient reader = hub.read("earliest")) {
      List<Event> all = reader.awaitEvents(count);
      assertThat(all).as(what).hasSize(count).containsAll(seen);
      Map<String, String> log = new LinkedHashMap<>();
      all.forEach(event -> log.put(event.id(), event.data()));
      assertThat(log).as(what).containsAllEntriesOf(acknowledged);
      for (int i = 1; i < count; i++) {
        assertThat(all.get(i - 1).sequence()).as(what).isEqualTo(i);
        assertThat(all.get(i - 1).data()).as(what).startsWith("{\"n\":" + i + ",");
      }
    }
  }
}
