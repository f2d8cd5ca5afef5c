package dev.outpour.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class LineageTest {

  /** The second epoch gave nothing. */
  private static final Lineage LINEAGE =
      new Lineage(
          List.of(
              new Lineage.Epoch("epoch0001", 1),
              new Lineage.Epoch("epoch0002", 41),
              new Lineage.Epoch("epoch0003", 41)));

  @Test
  void aNumberCarriesTheEpochInWhichItWasGiven() {
    assertThat(LINEAGE.at(0)).hasToString("epoch0001-0");
    assertThat(LINEAGE.at(40)).hasToString("epoch0001-40");
    assertThat(LINEAGE.at(41)).hasToString("epoch0003-41");
    assertThat(LINEAGE.at(Long.MAX_VALUE).epoch()).isEqualTo("epoch0003");
  }

  @Test
  void anEpochEndsWhereTheNextBegins() {
    assertThat(LINEAGE.endOf("epoch0001")).isEqualTo(40);
    assertThat(LINEAGE.endOf("epoch0002")).isEqualTo(40);
    assertThat(LINEAGE.endOf("epoch0003")).isEqualTo(Long.MAX_VALUE);
    assertThat(LINEAGE.current().name()).isEqualTo("epoch0003");
  }

  @Test
  void anEpochOfAnotherLogIsNotKnown() {
    assertThat(LINEAGE.knows("epoch0002")).isTrue();
    assertThat(LINEAGE.knows("epoch0004")).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> LINEAGE.endOf("epoch0004"));
  }

  @Test
  void aLogAgreesWithItsRestoredBackupUpToWhereItWasCopied() {
    Lineage restored =
        new Lineage(List.of(new Lineage.Epoch("epoch0001", 1), new Lineage.Epoch("epoch0004", 31)));
    assertThat(restored.agrees(LINEAGE, 0)).isTrue();
    assertThat(restored.agrees(LINEAGE, 30)).isTrue();
    assertThat(restored.agrees(LINEAGE, 31)).isFalse();
    assertThat(restored.agrees(LINEAGE, 99)).isFalse();
    assertThat(restored.excludes(new Position("epoch0001", 30))).isFalse();
    assertThat(restored.excludes(new Position("epoch0001", 31))).isTrue();
    assertThat(restored.excludes(new Position("epoch0003", 99))).as("not known").isFalse();
  }

  @Test
  void thereIsALineOnlyWithAnEpoch() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Lineage(List.of()));
  }
}
