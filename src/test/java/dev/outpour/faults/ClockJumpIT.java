package dev.outpour.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.SseParser.Event;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wall clock is set while the hub runs. */
@Tag(Extent.TAG)
class ClockJumpIT {

  @TempDir private Path directory;

  @Test
  void clockThatJumpsChangesNeitherTheOrderNorWhatIsRetained() throws Exception {
    WallClock clock = WallClock.make(directory);
    try (HubOnDisk hub =
        new HubOnDisk(directory, directory.resolve("log.db")).history("keepHours", 1)) {
      hub.start(clock.environment());
      hub.published("1");
      clock.set(Duration.ofHours(-1));
      hub.published("2");
      clock.set(Duration.ofHours(3));
      hub.published("3");
      hub.published("4");
      clock.set(Duration.ofHours(-1));
      String last = hub.published("5");
      try (SseClient reader =
          SseClient.to(hub.port(), "/events?envelope=json").lastEventId("earliest").open()) {
        List<Event> events = reader.awaitEvents(5);
        assertThat(reader.words()).isEmpty();
        assertThat(events).extracting(Event::sequence).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(events.get(4).id()).isEqualTo(last);
        List<Instant> times = events.stream().map(ClockJumpIT::time).toList();
        assertThat(times).isSorted();
        // The jump was made.
        assertThat(Duration.between(times.get(1), times.get(2)))
            .isGreaterThan(Duration.ofMinutes(150));
      }
    }
  }

  @Test
  void clockThatJumpsForgetsNoKey() throws Exception {
    WallClock clock = WallClock.make(directory);
    try (HubOnDisk hub = new HubOnDisk(directory, directory.resolve("log.db"))) {
      hub.start(clock.environment());
      assertThat(isRepeat(hub, "k1")).isFalse();
      assertThat(isRepeat(hub, "k2")).isFalse();
      clock.set(Duration.ofDays(3));
      assertThat(isRepeat(hub, "k1")).isTrue();
      assertThat(isRepeat(hub, "k3")).isFalse();
      clock.set(Duration.ZERO);
      assertThat(isRepeat(hub, "k3")).isTrue();
      assertThat(isRepeat(hub, "k2")).isTrue();
    }
  }

  @Test
  void clockThatIsWrongAtTheStartIsToldAndForgetsNothing() throws Exception {
    WallClock clock = WallClock.make(directory);
    try (HubOnDisk hub = new HubOnDisk(directory, directory.resolve("log.db"))) {
      hub.start(clock.environment());
      assertThat(isRepeat(hub, "k1")).isFalse();
      hub.process().terminate().awaitExit();
      clock.set(Duration.ofDays(2));
      hub.launch(List.of(), clock.environment()).awaitLine("The clock says");
      hub.process().awaitLine("Ready");
      assertThat(isRepeat(hub, "k2")).isFalse();
      assertThat(isRepeat(hub, "k1")).isTrue();
      try (SseClient reader = hub.read("earliest")) {
        assertThat(reader.awaitEvents(2)).extracting(Event::sequence).containsExactly(1L, 2L);
      }
    }
  }

  private static boolean isRepeat(HubOnDisk hub, String key) {
    RawHttp.Answer answer = hub.publish("1", "key=" + key);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body()).getBoolean("duplicate", false);
  }

  private static Instant time(Event event) {
    return Instant.parse(new JsonObject(event.data()).getString("time"));
  }
}
