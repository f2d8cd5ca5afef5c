package dev.outpour.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class LineageTest {

  /** The second epoch assigned no numbers. */
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

  /** Epochs with these counts of numbers, many of them 0. */
  @Provide
  Arbitrary<Lineage> lineages() {
    Arbitrary<Integer> given =
        Arbitraries.frequencyOf(
            Tuple.of(2, Arbitraries.just(0)), Tuple.of(1, Arbitraries.integers().between(1, 9)));
    return given
        .list()
        .ofMinSize(1)
        .ofMaxSize(2 * Lineage.KEPT)
        .map(
            counts -> {
              List<Lineage.Epoch> epochs = new ArrayList<>();
              long first = 1;
              for (int count : counts) {
                epochs.add(new Lineage.Epoch("epoch%04d".formatted(epochs.size()), first));
                first += count;
              }
              return new Lineage(epochs);
            });
  }

  @Property(tries = 200)
  void everyNumberIsOfTheLastEpochThatBeginsAtOrBeforeIt(@ForAll("lineages") Lineage lineage) {
    for (long number = 0; number <= lineage.current().first() + 1; number++) {
      String expected = lineage.epochs().get(0).name();
      for (Lineage.Epoch epoch : lineage.epochs()) {
        expected = epoch.first() <= number ? epoch.name() : expected;
      }
      assertThat(lineage.at(number)).isEqualTo(new Position(expected, number));
    }
  }

  @Property(tries = 200)
  void whatIsRetainedKeepsItsEpochsWhateverIsLeftOut(
      @ForAll("lineages") Lineage lineage, @ForAll @DoubleRange(max = 1) double share) {
    long last = lineage.current().first() - 1;
    long earliest = 1 + (long) (share * last);
    Lineage since = lineage.since(earliest);
    for (long number = earliest - 1; number <= last + 1; number++) {
      assertThat(since.at(number)).isEqualTo(lineage.at(number));
      assertThat(since.endOf(since.at(number).epoch()))
          .isEqualTo(lineage.endOf(lineage.at(number).epoch()));
    }
    int all = lineage.epochs().size();
    assertThat(since.epochs())
        .containsAll(lineage.epochs().subList(Math.max(0, all - Lineage.KEPT), all))
        .hasSizeLessThanOrEqualTo((int) (Lineage.KEPT + last - earliest + 2))
        .isSubsetOf(lineage.epochs());
  }

  @Test
  void epochsThatGaveNothingAreLeftOutOnlyWhereTheyAreOld() {
    List<Lineage.Epoch> epochs = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      epochs.add(new Lineage.Epoch("epoch%04d".formatted(i), i < 10 ? 1 : 41));
    }
    Lineage since = new Lineage(epochs).since(20);
    assertThat(since.epochs()).hasSize(Lineage.KEPT + 1);
    assertThat(since.at(20)).hasToString("epoch0009-20");
    assertThat(since.knows("epoch0000")).isFalse();
    assertThat(since.knows("epoch9743")).isFalse();
    assertThat(since.knows("epoch9744")).isTrue();
    assertThat(LINEAGE.since(41)).as("some are no burden").isEqualTo(LINEAGE);
  }

  @Test
  void briefOneHasTheCurrentEpochAlone() {
    assertThat(LINEAGE.brief().epochs()).containsExactly(LINEAGE.current());
    assertThat(LINEAGE.isCurrent("epoch0003")).isTrue();
    assertThat(LINEAGE.isCurrent("epoch0002")).isFalse();
  }

  @Test
  void thereIsALineOnlyWithAnEpoch() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Lineage(List.of()));
  }
}
