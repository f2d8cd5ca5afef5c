package dev.outpour.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.SseClient;
import dev.outpour.SseParser.Event;
import dev.outpour.TestHub;
import dev.outpour.settings.CannotStartException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The log's file is not what was written: a bit has changed, or its end is missing. Readers are
 * given what is right, or nothing; never something else.
 */
@Tag(Extent.TAG)
class DamagedFileIT {

  /** What may become of a damaged log. */
  private enum Result {
    /** The hub does not start and says why. */
    REFUSED,
    /** Readers are given everything: the damage is where nothing stands. */
    WHOLE,
    /** Readers are told that something is gone. */
    TOLD,
    /** Readers are given what comes before the damage, and wait. */
    WAITING
  }

  private static final int UPDATES = 600;

  /** How long nothing comes to a reader who waits: longer than damage takes to be believed. */
  private static final Duration SILENCE = Duration.ofMillis(4_000);

  @TempDir private Path directory;
  private Path pristine;
  private List<Event> written;

  @BeforeEach
  void write() throws Exception {
    pristine = directory.resolve("pristine.db");
    for (int life = 0; life < 2; life++) {
      int from = life * UPDATES / 2 + 1;
      TestHub.run(
          history(pristine),
          hub -> {
            for (int i = 0; i < UPDATES / 2; i += 10) {
              publishTen(hub, "t/" + i % 7, from + i);
            }
          });
    }
    Path copy = Files.copy(pristine, directory.resolve("copy.db"));
    TestHub.run(
        history(copy),
        hub -> {
          try (SseClient reader = hub.read("topic=**&lastEventId=earliest")) {
            written = reader.awaitEvents(UPDATES);
          }
        });
  }

  private static void publishTen(TestHub hub, String topic, int from) {
    StringBuilder lines = new StringBuilder();
    for (int i = from; i < from + 10; i++) {
      lines.append(i).append(" ".repeat(300)).append('\n');
    }
    assertThat(hub.post("topic=" + topic, "application/x-ndjson", lines).statusCode())
        .isEqualTo(200);
  }

  private static JsonObject history(Path file) {
    return new JsonObject()
        .put("history", new JsonObject().put("store", "sqlite").put("path", file.toString()));
  }

  @Test
  void changedBitNeverBecomesWrongData() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<Result, Integer> results = new EnumMap<>(Result.class);
    for (int i = 0; i < Extent.of(400, 12); i++) {
      long at = random.nextLong(Files.size(pristine));
      int bit = random.nextInt(8);
      Path file = Files.copy(pristine, directory.resolve("bit" + i + ".db"));
      try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
        bytes.seek(at);
        int old = bytes.read();
        bytes.seek(at);
        bytes.write(old ^ 1 << bit);
      }
      String what = "bit " + bit + " of byte " + at + " changed, seed " + seed;
      results.merge(read(what, file), 1, Integer::sum);
      delete(file);
    }
    System.out.println("Bits changed, seed " + seed + ": " + results);
    // Most bits of the file are of updates.
    assertThat(results).containsKey(Result.TOLD);
    assertThat(Extent.isSlice() || results.size() > 1).isTrue();
  }

  @Test
  void missingEndNeverBecomesWrongData() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<Result, Integer> results = new EnumMap<>(Result.class);
    for (int i = 0; i < Extent.of(60, 4); i++) {
      long left = random.nextLong(Files.size(pristine) - 1) + 1;
      Path file = Files.copy(pristine, directory.resolve("cut" + i + ".db"));
      try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
        bytes.setLength(left);
      }
      results.merge(read("cut to " + left + " bytes, seed " + seed, file), 1, Integer::sum);
      delete(file);
    }
    System.out.println("Ends cut off, seed " + seed + ": " + results);
    assertThat(results).doesNotContainKey(Result.WHOLE);
  }

  private static void delete(Path file) throws IOException {
    for (String suffix : List.of("", "-wal", "-shm", ".lock")) {
      Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
    }
  }

  private Result read(String what, Path file) {
    TestHub hub;
    try {
      hub = TestHub.start(history(file));
    } catch (AssertionError e) {
      assertThat(e).as(what).hasRootCauseInstanceOf(Exception.class);
      assertThat(e.getCause().getCause())
          .as(what)
          .isInstanceOf(CannotStartException.class)
          .hasMessageContaining(file.toString());
      return Result.REFUSED;
    }
    try (hub;
        SseClient reader = hub.read("topic=**&lastEventId=earliest")) {
      awaitSilence(reader);
      List<Event> events = reader.events();
      Set<Long> lost = lost(reader.words());
      boolean told = reader.words().stream().anyMatch(word -> !isOfDamage(word));
      for (int i = 0; i < events.size(); i++) {
        Event event = events.get(i);
        long before = i > 0 ? events.get(i - 1).sequence() : told ? event.sequence() - 1 : 0;
        assertThat(event.sequence()).as(what).isGreaterThan(before);
        for (long missing = before + 1; missing < event.sequence(); missing++) {
          assertThat(lost).as(what + ": told of " + missing).contains(missing);
        }
        Event original = written.get((int) event.sequence() - 1);
        assertThat(event.data()).as(what).isEqualTo(original.data());
        told |= !event.id().equals(original.id()) && isNoticed(hub, original);
        assertThat(told || event.id().equals(original.id())).as(what).isTrue();
      }
      return told || events.size() + lost.size() == UPDATES && !lost.isEmpty()
          ? Result.TOLD
          : events.size() == UPDATES ? Result.WHOLE : waiting(what, hub, reader);
    }
  }

  private static boolean isOfDamage(Event word) {
    return word.data().contains("\"damaged\"");
  }

  /** The numbers of what a reader was told is damaged. */
  private static Set<Long> lost(List<Event> words) {
    Set<Long> lost = new HashSet<>();
    for (Event word : words) {
      if (isOfDamage(word)) {
        String asked = new JsonObject(word.data()).getString("asked");
        for (long n = new Event(asked, "", "").sequence() + 1; n <= word.sequence(); n++) {
          lost.add(n);
        }
      }
    }
    return lost;
  }

  /** Whether a reader who comes back with an id of before is told that it is of another line. */
  private static boolean isNoticed(TestHub hub, Event original) {
    try (SseClient reader = hub.resume("topic=**", original.id())) {
      return !reader.words().isEmpty() && reader.words().get(0).name().equals("outpour.truncated");
    }
  }

  /** It has not been given all: then its position is not beyond what it was given. */
  private Result waiting(String what, TestHub hub, SseClient reader) {
    long stands = new Event(reader.lastEventId(), "", "").sequence();
    assertThat(stands).as(what).isEqualTo(reader.events().size() + lost(reader.words()).size());
    Event last = written.get(UPDATES - 1);
    try (SseClient comesBack = hub.reader("topic=**").lastEventId(last.id()).open()) {
      // Whoever has read it all finds it as it was, or is told.
      boolean asBefore = comesBack.words().isEmpty() && comesBack.lastEventId().equals(last.id());
      return asBefore || !comesBack.words().isEmpty() ? Result.WAITING : fail(what);
    }
  }

  private static Result fail(String what) {
    throw new AssertionError(what);
  }

  private void awaitSilence(SseClient reader) {
    int[] seen = {-1};
    long[] since = {System.nanoTime()};
    Await.until(
        "silence",
        () -> {
          int now = reader.events().size() + lost(reader.words()).size();
          if (now != seen[0]) {
            seen[0] = now;
            since[0] = System.nanoTime();
          }
          return now == UPDATES || System.nanoTime() - since[0] > SILENCE.toNanos();
        });
  }
}
