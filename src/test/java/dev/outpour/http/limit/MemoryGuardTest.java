package dev.outpour.http.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.http.LogLines;
import dev.outpour.metrics.Metrics;
import dev.outpour.settings.Settings;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Detects a shortage of memory, with figures and a clock that the test sets. */
class MemoryGuardTest {

  private final LogLines log = LogLines.listen();
  private final List<Boolean> told = new ArrayList<>();
  private int heap;
  private int direct;
  private long now = -5_000;
  private int refreshed;

  private final MemoryOutage outage = new MemoryOutage(() -> 0, () -> now, 0, () -> {});
  private final MemoryGuard guard = guard(new JsonObject());

  private MemoryGuard guard(JsonObject limits) {
    return new MemoryGuard(
        LimitSettings.from(Settings.of(new JsonObject().put("limits", limits)).section("limits")),
        new MemoryGuard.Gauge() {
          @Override
          public int heapPercent() {
            return heap;
          }

          @Override
          public int directPercent() {
            return direct;
          }

          @Override
          public void refresh() {
            refreshed++;
          }
        },
        () -> now,
        new Metrics() {
          @Override
          public void memoryTight(boolean tight) {
            told.add(tight);
          }
        },
        outage);
  }

  @AfterEach
  void stop() {
    log.close();
  }

  private boolean isTight(int heap, int direct, long afterMillis) {
    this.heap = heap;
    this.direct = direct;
    now += afterMillis;
    guard.look();
    return guard.isTight();
  }

  @Test
  void beginsAtTheLimitAndEndsWellBelowIt() {
    assertThat(isTight(84, 84, 1_000)).isFalse();
    assertThat(isTight(85, 0, 1_000)).isTrue();
    assertThat(isTight(80, 0, 60_000)).isTrue();
    assertThat(isTight(75, 0, 1_000)).isTrue();
    assertThat(isTight(74, 0, 1_000)).isFalse();
    assertThat(isTight(84, 0, 1_000)).isFalse();
    assertThat(isTight(0, 85, 1_000)).as("outside the heap").isTrue();
    assertThat(isTight(0, 74, 60_000)).isFalse();
    assertThat(told).containsExactly(true, false, true, false);
  }

  @Test
  void lastsSomeSecondsAtLeastAndIsSaidOnce() {
    for (int i = 0; i < 25; i++) {
      isTight(i % 2 == 0 ? 90 : 10, 0, 100);
    }
    assertThat(told).containsExactly(true);
    assertThat(isTight(10, 0, 3_000)).isFalse();
    assertThat(log.of(MemoryGuard.class))
        .satisfiesExactly(
            line -> assertThat(line).contains("90 % of the heap"),
            line -> assertThat(line).contains("sufficient again"));
  }

  @Test
  void whatIsKnownOfTheHeapIsMadeFreshOnlyWhileItIsTight() {
    isTight(10, 0, 1_000);
    assertThat(refreshed).isZero();
    isTight(90, 0, 1_000);
    isTight(90, 0, 1_000);
    assertThat(refreshed).isEqualTo(1);
  }

  @Test
  void tellsHowLongItLasts() {
    isTight(90, 0, 1_000);
    assertThat(guard.outage()).isEmpty();
    isTight(90, 0, 60_000);
    assertThat(guard.outage()).isPresent();
  }

  @Test
  void neverBeginsWhereItIsOff() {
    MemoryGuard off = guard(new JsonObject().put("heapPercent", 100).put("directPercent", 100));
    heap = 100;
    direct = 100;
    off.look();
    assertThat(off.isTight()).isFalse();
  }
}
