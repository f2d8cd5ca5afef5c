package dev.outpour.history.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.history.Digest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

class KeyIndexTest {

  private record Added(Digest key, long number) {}

  private final long seed = ThreadLocalRandom.current().nextLong();
  private final Random random = new Random(seed);

  private Digest digest() {
    return new Digest(random.nextLong(), random.nextLong());
  }

  @Test
  void whatIsHeldIsFoundAndWhatIsNotIsNot() {
    KeyIndex index = new KeyIndex();
    Deque<Added> held = new ArrayDeque<>();
    long next = (1L << 32) - 150_000;
    index.forgetBelow(next);
    for (int step = 0; step < 400_000; step++) {
      Added added = new Added(digest(), next++);
      index.add(added.key(), added.number());
      held.add(added);
      if (random.nextInt(20_000) == 0) {
        for (int i = random.nextInt(held.size()); i > 0; i--) {
          held.remove();
        }
        index.forgetBelow(held.isEmpty() ? next : held.getFirst().number());
      }
      index.tidy();
    }
    for (Added each : held) {
      assertThat(index.candidates(each.key())).as("seed %d", seed).contains(each.number());
    }
    int wrong = 0;
    for (int i = 0; i < 100_000; i++) {
      wrong += index.candidates(digest()).length;
    }
    assertThat(wrong).as("seed %d", seed).isLessThan(10);
  }

  @Test
  void forgottenKeysGiveTheirRoomBack() {
    KeyIndex index = new KeyIndex();
    Digest first = digest();
    index.add(first, 1);
    index.forgetBelow(2);
    assertThat(index.candidates(first)).isEmpty();
    for (int i = 0; i < 256; i++) {
      index.tidy();
    }
    index.forgetBelow(1);
    assertThat(index.candidates(first)).as("dropped").isEmpty();
  }

  @Test
  void tenMillionKeysTakeAThirdOfTheHeapThatTheyNeed() {
    long bytes = KeyIndex.bytes(10_000_000);
    assertThat(bytes).isEqualTo(128L << 20);
    assertThat(KeyIndex.most(bytes)).isGreaterThanOrEqualTo(10_000_000);
    assertThat(KeyIndex.most(bytes - 1)).isLessThan(10_000_000);
  }
}
