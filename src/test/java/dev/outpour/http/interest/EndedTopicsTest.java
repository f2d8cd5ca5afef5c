package dev.outpour.http.interest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.update.Interest;
import dev.outpour.update.Lineage;
import dev.outpour.update.Lineage.Epoch;
import dev.outpour.update.Position;
import dev.outpour.update.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndedTopicsTest {

  private static final Interest WANTED = Samples.interest("a", "b");

  private final EndedTopics endings = new EndedTopics();

  private void note(long sequence, boolean end, String topic) {
    Position position = new Position("epoch001", sequence);
    endings.note(
        WANTED, (end ? Samples.last("x", topic) : Samples.draft("x", topic)).at(position, 1));
  }

  @Test
  void allHaveEndedOnceTheLastOneHas() {
    note(3, true, "a");
    assertThat(endings.isBeyond(WANTED, 9, 0)).isFalse();
    note(5, true, "b");
    assertThat(endings.isBeyond(WANTED, 4, 0)).isFalse();
    assertThat(endings.isBeyond(WANTED, 5, 0)).isTrue();
    assertThat(endings.isBeyond(Samples.interest("a", "b/*"), 5, 0)).isFalse();
  }

  @Test
  void endThatHasExpiredDoesNotCountForWhoBeganAfterIt() {
    note(3, true, "a");
    note(5, true, "b");
    assertThat(endings.isBeyond(WANTED, 9, 3)).isTrue();
    assertThat(endings.isBeyond(WANTED, 9, 4)).isFalse();
  }

  @Test
  void whatIsReadOfThePastDoesNotUndoWhatIsKnown() {
    note(3, true, "a");
    note(4, true, "b");
    note(20, false, "a");
    note(3, true, "a");
    assertThat(endings.isBeyond(WANTED, 30, 0)).isFalse();
    note(21, true, "a");
    note(20, false, "a");
    assertThat(endings.isBeyond(WANTED, 30, 0)).isTrue();
  }

  @Test
  void ordinaryRestartForgetsNothingAndARestoredBackupWhatItLacks() {
    note(3, true, "a");
    note(5, true, "b");
    Epoch first = new Epoch("epoch001", 1);
    endings.keepWhatIsOf(new Lineage(List.of(first, new Epoch("epoch002", 6))));
    assertThat(endings.isBeyond(WANTED, 5, 0)).isTrue();
    endings.keepWhatIsOf(new Lineage(List.of(first, new Epoch("epoch003", 5))));
    assertThat(endings.isBeyond(WANTED, 5, 0)).isFalse();
    note(5, true, "b");
    assertThat(endings.isBeyond(WANTED, 5, 0)).as("the other end is still known").isTrue();
    endings.keepWhatIsOf(new Lineage(List.of(new Epoch("another1", 1))));
    note(7, true, "b");
    assertThat(endings.isBeyond(WANTED, 9, 0)).isFalse();
  }
}
