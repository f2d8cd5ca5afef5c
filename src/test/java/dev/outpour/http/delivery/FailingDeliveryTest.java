package dev.outpour.http.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.SseParser.Event;
import dev.outpour.update.Position;
import dev.outpour.update.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever step of delivery fails, with whatever comes out of it: each reader is given all there
 * is, once and in order, on one connection or over several, and the loop goes on.
 */
class FailingDeliveryTest {

  private static final int READERS = 12;

  private final SubscribersRig rig = new SubscribersRig();

  @AfterEach
  void stop() {
    rig.close();
  }

  /** Over many connections, since some of them are ended. */
  private static final class Chain {
    final String[] wants;
    final List<SubscribersRig.Reader> connections = new ArrayList<>();

    Chain(String... wants) {
      this.wants = wants;
    }

    SubscribersRig.Reader now() {
      return connections.get(connections.size() - 1);
    }

    List<String> data() {
      return connections.stream()
          .flatMap(each -> each.socket().events().stream())
          .map(Event::data)
          .toList();
    }
  }

  /** Each step, and how often it goes well before. */
  static Stream<Arguments> faults() {
    return Stream.of(Probe.Step.values())
        .flatMap(step -> IntStream.of(0, 1, 3).mapToObj(passes -> Arguments.of(step, passes)));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void nobodyLosesAnythingWhereAStepFails(Probe.Step step, int passes) {
    Position before = rig.publish("0", "shared");
    rig.grown();
    List<Chain> chains = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      Chain chain = new Chain("shared", "own/" + i / 2);
      Start start = i % 3 == 0 ? new Start.After(before) : new Start.Now();
      chain.connections.add(rig.enter(start, chain.wants));
      chains.add(chain);
    }
    chains.forEach(chain -> rig.awaitLive(chain.now()));
    // Some are behind with what comes, and go on while the step fails.
    List<RecordingWriter> slow =
        IntStream.range(0, READERS)
            .filter(i -> i % 3 == 1)
            .mapToObj(i -> chains.get(i).now().socket())
            .toList();
    slow.forEach(socket -> rig.on(socket::clog));

    rig.planted().plant(step, passes);
    for (int i = 1; i <= 8; i++) {
      rig.publish(Integer.toString(i), "shared");
      rig.growthIsHeard();
      if (i == 4) {
        slow.forEach(socket -> rig.on(socket::drain));
        rig.heartbeat();
      }
      comeBack(chains);
    }
    for (Chain chain : chains) {
      Await.until(
          () -> {
            comeBack(List.of(chain));
            rig.on(() -> {});
            rig.tick();
            return chain.data().size() >= 8;
          },
          () -> step + ": " + chain.data() + " " + chain.now().stream().state);
      assertThat(chain.data())
          .isEqualTo(IntStream.rangeClosed(1, 8).mapToObj(Integer::toString).toList());
    }
    assertThat(rig.planted().hasStruck()).as("the step was taken").isTrue();
    chains.forEach(
        chain -> {
          assertThat(chain.now().socket().isReset()).isFalse();
          rig.awaitLive(chain.now());
        });
    assertThat(rig.size()).as("readers, and none that is nobody's").isEqualTo(READERS);
    rig.publish("9", "shared");
    rig.grown();
    assertThat(chains).allMatch(chain -> chain.data().size() == 9);
  }

  /** Whose connection was ended comes back with the last id that it has. */
  private void comeBack(List<Chain> chains) {
    for (Chain chain : chains) {
      RecordingWriter socket = chain.now().socket();
      boolean ended = rig.on(() -> socket.isReset() || socket.isEnded());
      if (ended) {
        assertThat(socket.isReset() || !socket.words().isEmpty()).as("told, or reset").isTrue();
        chain.connections.add(rig.comeBack(socket.lastEventId(), chain.wants));
      }
    }
  }
}
