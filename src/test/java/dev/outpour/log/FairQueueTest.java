package dev.outpour.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairQueueTest {

  private final List<String> begun = new ArrayList<>();

  private FairQueue.Turn turn(String name) {
    return () -> begun.add(name);
  }

  @Test
  void thoseWhoWaitTakeTurnsHoweverManyOneOfThemHas() {
    FairQueue<String> turns = new FairQueue<>(1, 100, 100);
    for (int i = 0; i < 4; i++) {
      assertThat(turns.submit("a", turn("a" + i))).isTrue();
    }
    assertThat(turns.submit("b", turn("b0"))).isTrue();
    assertThat(turns.submit("c", turn("c0"))).isTrue();
    assertThat(begun).containsExactly("a0");
    for (int i = 0; i < 5; i++) {
      turns.ended();
    }
    assertThat(begun).containsExactly("a0", "a1", "b0", "c0", "a2", "a3");
    assertThat(turns.waiting()).isZero();
  }

  @Test
  void noMoreAreUnderWayThanMayBe() {
    FairQueue<String> turns = new FairQueue<>(2, 100, 100);
    for (int i = 0; i < 5; i++) {
      turns.submit("a", turn("a" + i));
    }
    assertThat(begun).containsExactly("a0", "a1");
    turns.ended();
    assertThat(begun).containsExactly("a0", "a1", "a2");
    assertThat(turns.waiting()).isEqualTo(2);
  }

  @Test
  void noMoreWaitThanMayOfAllAndOfOne() {
    FairQueue<String> turns = new FairQueue<>(1, 3, 2);
    assertThat(turns.submit("a", turn("a0"))).isTrue();
    assertThat(turns.submit("a", turn("a1"))).isTrue();
    assertThat(turns.submit("a", turn("a2"))).isTrue();
    assertThat(turns.submit("a", turn("a3"))).isFalse();
    assertThat(turns.submit("b", turn("b0"))).isTrue();
    assertThat(turns.submit("c", turn("c0"))).isFalse();
    turns.ended();
    turns.ended();
    turns.ended();
    assertThat(begun).containsExactly("a0", "a1", "b0", "a2");
  }

  @Test
  void whatIsWithdrawnDoesNotBeginAndMakesRoom() {
    FairQueue<String> turns = new FairQueue<>(1, 2, 2);
    FairQueue.Turn first = turn("a0");
    FairQueue.Turn second = turn("a1");
    turns.submit("a", first);
    turns.submit("a", second);
    turns.submit("a", turn("a2"));
    assertThat(turns.withdraw("a", first)).isFalse();
    assertThat(turns.withdraw("a", second)).isTrue();
    assertThat(turns.withdraw("a", second)).isFalse();
    assertThat(turns.submit("a", turn("a3"))).isTrue();
    turns.ended();
    turns.ended();
    assertThat(begun).containsExactly("a0", "a2", "a3");
  }

  @Test
  void turnThatThrowsIsOverAndTheNextBegins() {
    FairQueue<String> turns = new FairQueue<>(1, 100, 100);
    FairQueue.Turn throwing =
        () -> {
          throw new IllegalStateException("It cannot begin");
        };
    assertThat(turns.submit("a", throwing)).isTrue();
    turns.submit("a", turn("a0"));
    assertThat(begun).containsExactly("a0");
    turns.submit("b", throwing);
    turns.submit("b", turn("b0"));
    turns.submit("a", turn("a1"));
    turns.ended();
    assertThat(begun).as("who ends is not told of another's failure").endsWith("a1");
    turns.ended();
    assertThat(begun).containsExactly("a0", "a1", "b0");
    assertThat(turns.waiting()).isZero();
  }

  @Test
  void manyThatEndAtOnceBeginOneAfterTheOther() {
    FairQueue<String> turns = new FairQueue<>(1, 100_000, 100_000);
    turns.submit("a", turn("a"));
    for (int i = 0; i < 50_000; i++) {
      turns.submit(
          "b",
          () -> {
            begun.add("b");
            turns.ended();
          });
    }
    turns.ended();
    assertThat(begun).hasSize(50_001);
  }
}
