package dev.outpour.http.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.http.operate.SubscriberList;
import dev.outpour.update.Start;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is done with all readers of a loop, or for all of them, leaves it free in between. */
class LongTurnsTest {

  private static final int MANY = 50_000;

  private final SubscribersRig rig = new SubscribersRig();

  @AfterEach
  void stop() {
    rig.close();
  }

  private List<SubscribersRig.Reader> enter() {
    List<SubscribersRig.Reader> readers =
        rig.enterAtOnce(Collections.nCopies(MANY, new Start.Now()), "a");
    readers.forEach(rig::awaitLive);
    return readers;
  }

  /** Some are still to fall behind when the turn ends, and each is given the update once. */
  private void assertInSlices(List<SubscribersRig.Reader> readers) {
    assertThat(rig.liveAfterTheTurnOfGrowth()).isBetween(1L, MANY - 1L);
    rig.heartbeat();
    for (SubscribersRig.Reader reader : readers) {
      Await.until(
          () -> rig.on(() -> !reader.socket().events().isEmpty()),
          () -> reader.stream().state + " " + reader.socket().blocks());
    }
    rig.publish("2", "a");
    rig.grown();
    readers.forEach(rig::awaitLive);
    assertThat(readers)
        .allSatisfy(
            reader ->
                assertThat(reader.socket().events())
                    .extracting(each -> each.data())
                    .containsExactly("1", "2"));
  }

  @Test
  void allFallBehindInSlicesWhereThePageIsNotHeld() {
    List<SubscribersRig.Reader> readers = enter();
    rig.publish("1", "a");
    rig.dropPages();
    assertInSlices(readers);
  }

  @Test
  void allFallBehindInSlicesWhereASweepCannotBegin() {
    List<SubscribersRig.Reader> readers = enter();
    rig.publish("1", "a");
    rig.planted().plant(Probe.Step.GATHER, 0);
    assertInSlices(readers);
  }

  @Test
  void aGroupFallsBehindInSlicesWhereItCannotBeFramed() {
    List<SubscribersRig.Reader> readers = enter();
    rig.publish("1", "a");
    rig.planted().plant(Probe.Step.FRAME, 0);
    assertInSlices(readers);
  }

  @Test
  void whoReadsIsLookedForInSlices() {
    String segments = "a/".repeat(60);
    for (int reader = 0; reader < 500; reader++) {
      int number = reader;
      String[] wants =
          IntStream.range(0, 8)
              .mapToObj(i -> "**/" + segments + number + "/" + i)
              .toArray(String[]::new);
      rig.enter(new Start.Now(), wants);
    }
    List<Long> turns = new ArrayList<>();
    SubscriberList found = rig.look("**/" + segments + "*/7", 10, turns::add);
    assertThat(found.count()).isEqualTo(500);
    assertThat(found.rows()).hasSize(10);
    long micros = TimeUnit.NANOSECONDS.toMicros(turns.stream().mapToLong(each -> each).sum());
    System.out.println("Looked for in " + turns.size() + " turns of " + micros + " us together");
    assertThat(turns).hasSizeGreaterThan(1);
    assertThat(micros / turns.size()).isLessThan(TimeUnit.MILLISECONDS.toMicros(20));
  }
}
