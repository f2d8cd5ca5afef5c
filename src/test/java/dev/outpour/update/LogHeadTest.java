package dev.outpour.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogHeadTest {

  /** Retains 20 to 60. The first epoch assigned 1 to 40, the second 41 to 50. */
  private static final LogHead HEAD =
      new LogHead(
          "log",
          new Lineage(
              List.of(
                  new Lineage.Epoch("epoch0001", 1),
                  new Lineage.Epoch("epoch0002", 41),
                  new Lineage.Epoch("epoch0003", 51))),
          20,
          60);

  @ParameterizedTest
  @CsvSource({
    // position, cursor, reason of the truncation
    "epoch0001-30, 30,",
    "epoch0001-40, 40,",
    "epoch0002-45, 45,",
    "epoch0003-60, 60,",
    "epoch0001-19, 19,",
    "epoch0001-18, 19, expired",
    "epoch0001-0, 19, expired",
    "epoch0003-5, 19, expired",
    "epoch0001-41, 40, rolled-back",
    "epoch0001-99, 40, rolled-back",
    "epoch0002-51, 50, rolled-back",
    "epoch0003-61, 60, future",
    "epoch0003-9223372036854775807, 60, future",
    "epoch0004-30, 60, unknown",
    "epoch0004-0, 60, unknown"
  })
  void everyPositionHasItsPlace(String text, long cursor, String reason) {
    Position asked = Position.parse(text).orElseThrow();
    StartPosition located = HEAD.locate(asked);
    assertThat(located.cursor()).isEqualTo(cursor);
    assertThat(located.head()).isEqualTo(HEAD);
    assertThat(located.truncation().map(Truncation::reason).map(Truncation.Reason::word))
        .isEqualTo(Optional.ofNullable(reason));
    assertThat(located.truncation().flatMap(Truncation::asked))
        .isEqualTo(Optional.ofNullable(reason).map(told -> asked));
  }

  @Test
  void rolledBackPositionNeverGoesOnBeforeWhatIsRetained() {
    LogHead trimmed = new LogHead("log", HEAD.lineage(), 55, 60);
    assertThat(trimmed.locate(new Position("epoch0001", 99)).cursor()).isEqualTo(54);
  }

  @Test
  void whatIsNoPositionGoesOnAtTheHead() {
    StartPosition located = HEAD.locateUnreadable();
    assertThat(located.cursor()).isEqualTo(60);
    assertThat(located.truncation())
        .contains(new Truncation(Optional.empty(), Truncation.Reason.UNKNOWN));
  }

  @Test
  void emptyLogStandsAtZero() {
    LogHead empty = Samples.head(0);
    assertThat(empty.position()).hasToString(Samples.EPOCH + "-0");
    assertThat(empty.locate(empty.position()))
        .isEqualTo(new StartPosition(0, empty, Optional.empty()));
  }

  @Test
  void logOfWhichEverythingHasExpiredLosesOnlyWhatWasMissed() {
    LogHead empty = new LogHead("log", Samples.LINEAGE, 11, 10);
    assertThat(empty.locate(new Position(Samples.EPOCH, 10)).truncation()).isEmpty();
    assertThat(empty.locate(new Position(Samples.EPOCH, 9)).cursor()).isEqualTo(10);
    assertThat(empty.locate(new Position(Samples.EPOCH, 9)).truncation()).isPresent();
  }

  @Test
  void lateHeadCoversOnlyWhatIsNotAheadOfIt() {
    assertThat(HEAD.covers(new Position("epoch0003", 60))).isTrue();
    assertThat(HEAD.covers(new Position("epoch0001", 1))).isTrue();
    assertThat(HEAD.covers(new Position("epoch0003", 61))).isFalse();
    assertThat(HEAD.covers(new Position("epoch0004", 1))).isFalse();
  }

  @Test
  void headAdvancesByPagesThatReachBeyondItAndByNoOther() {
    LogHead head = Samples.head(5);
    Page next = new Page(Samples.LINEAGE, 3, 5, 8, Samples.updates(5, 8));
    assertThat(head.advancedBy(next)).isEqualTo(new LogHead("log", Samples.LINEAGE, 3, 8));
    assertThat(head.advancedBy(next).advancedBy(Samples.page(0, 7)))
        .isEqualTo(head.advancedBy(next));
  }

  @Provide
  Arbitrary<List<Consumer<LogModel>>> lives() {
    Arbitrary<Consumer<LogModel>> appends =
        Arbitraries.integers().between(1, 5).map(count -> log -> log.append(count));
    Arbitrary<Consumer<LogModel>> trims =
        Arbitraries.integers().between(1, 4).map(count -> log -> log.trim(count));
    Arbitrary<Consumer<LogModel>> others =
        Arbitraries.of(LogModel::open, LogModel::backUp, LogModel::restore);
    return Arbitraries.oneOf(appends, trims, others).list().ofMaxSize(30);
  }

  @Property(tries = 1000)
  void everyPositionEverGivenIsFoundOrSaidToBeLost(@ForAll("lives") List<Consumer<LogModel>> life) {
    LogModel log = new LogModel();
    life.forEach(event -> event.accept(log));
    for (Position position : log.everGiven()) {
      assertThat(log.head().locate(position))
          .as(position.toString())
          .isEqualTo(log.expected(position));
    }
  }

  @Property
  void everyRetainedNumberIsFoundByTheIdItHas(@ForAll("lives") List<Consumer<LogModel>> life) {
    LogModel log = new LogModel();
    life.forEach(event -> event.accept(log));
    LogHead head = log.head();
    for (long number = head.earliest() - 1; number <= head.last(); number++) {
      assertThat(head.locate(head.lineage().at(number)))
          .isEqualTo(new StartPosition(number, head, Optional.empty()));
    }
  }
}
