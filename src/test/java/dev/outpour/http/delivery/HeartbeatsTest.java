package dev.outpour.http.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.http.stream.TransferCoding;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Interest;
import dev.outpour.update.Start;
import dev.outpour.update.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The wheel comes by everyone in time, and by few at a time. */
class HeartbeatsTest {

  private static final int TICKS = Heartbeats.PERIOD_MILLIS / Heartbeats.TICK_MILLIS;

  private final Heartbeats wheel = new Heartbeats();

  private Subscriber add() {
    InterestGroup group =
        new InterestGroup(
            new InterestGroup.Want(
                Interest.in(new Topic("t")), EventEncoder.Form.PLAIN, TransferCoding.PLAIN));
    Subscriber stream = new Subscriber(group, new Start.Now(), new RecordingWriter());
    wheel.add(stream);
    return stream;
  }

  @Test
  void readerIsVisitedOnceATurnAndATurnTakesLessThan15Seconds() {
    assertThat(Heartbeats.PERIOD_MILLIS).isLessThan(15_000);
    List<Subscriber> all = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      all.add(add());
    }
    Map<Subscriber, Integer> visits = new HashMap<>();
    int most = 0;
    for (int tick = 0; tick < TICKS; tick++) {
      int before = visits.size();
      wheel.tick(stream -> visits.merge(stream, 1, Integer::sum));
      most = Math.max(most, visits.size() - before);
    }
    assertThat(visits).containsOnlyKeys(all).allSatisfy((s, times) -> assertThat(times).isOne());
    assertThat(most).as("staggered").isLessThan(100);
  }

  @Test
  void whoHasLeftIsNotVisitedWhoeverLeavesAndWhenever() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Subscriber> present = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      if (present.isEmpty() || random.nextInt(3) > 0) {
        present.add(add());
      } else {
        wheel.remove(present.remove(random.nextInt(present.size())));
      }
      if (random.nextInt(10) == 0) {
        wheel.tick(
            stream -> {
              assertThat(present).as("seed %d", seed).contains(stream);
              if (random.nextInt(5) == 0) {
                wheel.remove(stream);
                present.remove(stream);
              }
            });
      }
      assertThat(wheel.size()).isEqualTo(present.size());
    }
    assertThat(wheel.all()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(present);
  }
}
