package dev.outpour.checker;

import static dev.outpour.checker.Story.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckerTest {

  @TempDir private Path directory;

  /** Two updates, one reader of all; the log is told by each test. */
  private static Story twoPublished() {
    return new Story()
        .sends("w0-0", "k0", "a/1")
        .acknowledged("w0-0", 1)
        .sends("w1-0", "k1", "b")
        .acknowledged("w1-0", 2);
  }

  private void assertKept(Story story) throws IOException {
    assertThat(story.verdict(directory).violations()).isEmpty();
  }

  private void assertBroken(Clause clause, Story story) throws IOException {
    Verdict verdict = story.verdict(directory);
    assertThat(verdict.broken()).as("%s", verdict).containsExactly(clause);
    assertThat(verdict.violations()).allSatisfy(it -> assertThat(it.lines()).isNotEmpty());
    assertThat(verdict.toString()).contains(clause.name(), verdict.violations().get(0).what());
  }

  @Test
  void journalsOfHubThatKeptEverythingPass() throws Exception {
    assertKept(
        twoPublished()
            .connects("r0", "earliest", "**")
            .stands("r0", 0)
            .given("r0", 1, "w0-0")
            .connects("r0", EPOCH + 1, "**")
            .stands("r0", 1)
            .given("r0", 2, "w1-0")
            .connects("r1", "earliest", "a/*", "c/**")
            .stands("r1", 0)
            .given("r1", 1, "w0-0")
            .sends("w0-1", null, "c")
            .unknown("w0-1")
            .sends("w0-2", "k0", "a/1")
            .refused("w0-2")
            .sendsLine("w0-3", "w0-3", "c/d")
            .sendsLine("w0-4", "w0-3", "c/d")
            .unknown("w0-3")
            .unknown("w0-4")
            .sendsLine("w0-3", "w0-3", "c/d")
            .sendsLine("w0-4", "w0-3", "c/d")
            .acknowledged("w0-3", 3)
            .acknowledged("w0-4", 4)
            .given("r1", 3, "w0-3")
            .settled(4, "r0", "r1")
            .given("r1", 4, "w0-4")
            .given("r0", 3, "w0-3")
            .given("r0", 4, "w0-4")
            .stands("r0", 4)
            .log("w0-0", "w1-0", "w0-3", "w0-4"));
  }

  @Test
  void whatExpiredIsNotMissed() throws Exception {
    assertKept(
        twoPublished()
            .connects("r0", EPOCH + 0, "**")
            .truncated("r0", 1)
            .given("r0", 2, "w1-0")
            .connects("r1", "earliest", "**")
            .stands("r1", 0)
            .given("r1", 1, "w0-0")
            .given("r1", 2, "w1-0")
            .logFrom(2, "w1-0"));
  }

  @Test
  void acknowledgedUpdateThatIsNotInTheLogBreaksC1() throws Exception {
    assertBroken(Clause.C1, twoPublished().log("w0-0"));
  }

  @Test
  void acknowledgedLineThatIsNotInTheLogBreaksC1() throws Exception {
    assertBroken(
        Clause.C1,
        new Story()
            .sendsLine("w0-0", "w0-0", "a")
            .sendsLine("w0-1", "w0-0", "a")
            .acknowledged("w0-0", 1)
            .acknowledged("w0-1")
            .log("w0-0"));
  }

  @Test
  void idUnderWhichSomethingElseStandsBreaksC1() throws Exception {
    assertBroken(
        Clause.C1,
        new Story()
            .sends("w0-0", "k0", "a")
            .sends("w1-0", "k1", "a")
            .acknowledged("w0-0", 1)
            .acknowledged("w1-0", 2)
            .log("w1-0", "w0-0"));
  }

  @Test
  void updateThatNobodyPublishedBreaksC2() throws Exception {
    assertBroken(Clause.C2, twoPublished().log("w0-0", "w1-0", "w7-0"));
  }

  @Test
  void updateThatIsNotWhatWasPublishedBreaksC2() throws Exception {
    assertBroken(
        Clause.C2,
        new Story()
            .sends("w0-0", "k0", "a")
            .acknowledged("w0-0", 1)
            .log()
            .logged(EPOCH + 1, "w0-0", "another hash"));
  }

  @Test
  void updateWithoutKeyThatIsThereTwiceBreaksC2() throws Exception {
    assertBroken(
        Clause.C2,
        new Story().sends("w0-0", null, "a").acknowledged("w0-0", 1).log("w0-0", "w0-0"));
  }

  @Test
  void holeInTheLogBreaksC2() throws Exception {
    assertBroken(
        Clause.C2,
        new Story()
            .sends("w0-0", "k0", "a")
            .unknown("w0-0")
            .sends("w0-1", "k1", "a")
            .acknowledged("w0-1", 2)
            .log()
            .logged(EPOCH + 2, "w0-1", "hash of w0-1"));
  }

  @Test
  void refusedUpdateThatIsInTheLogBreaksC3() throws Exception {
    assertBroken(
        Clause.C3,
        twoPublished().sends("w0-1", null, "a").refused("w0-1").log("w0-0", "w1-0", "w0-1"));
  }

  @Test
  void updateOfOneWriterBeforeItsEarlierOneBreaksC4() throws Exception {
    assertBroken(
        Clause.C4,
        new Story()
            .sends("w0-0", "k0", "a")
            .acknowledged("w0-0", 2)
            .sends("w0-1", "k1", "a")
            .acknowledged("w0-1", 1)
            .log("w0-1", "w0-0"));
  }

  @Test
  void updateBeforeOneThatWasAnsweredBeforeItWasSentBreaksC4() throws Exception {
    assertBroken(
        Clause.C4,
        new Story()
            .sends("w0-0", "k0", "a")
            .acknowledged("w0-0", 3)
            .sends("w2-0", "k2", "a")
            .sends("w1-0", "k1", "a")
            .acknowledged("w1-0", 1)
            .acknowledged("w2-0", 2)
            .log("w1-0", "w2-0", "w0-0"));
  }

  @Test
  void linesOfOneRequestTheOtherWayRoundBreakC4() throws Exception {
    assertBroken(
        Clause.C4,
        new Story()
            .sendsLine("w0-0", "w0-0", "a")
            .sendsLine("w0-1", "w0-0", "a")
            .unknown("w0-0")
            .unknown("w0-1")
            .log("w0-1", "w0-0"));
  }

  @Test
  void updateThatReaderIsNotGivenBreaksC5() throws Exception {
    for (Story end :
        List.of(
            twoPublished().connects("r0", "earliest", "**").stands("r0", 0).given("r0", 2, "w1-0"),
            twoPublished().connects("r0", "earliest", "a/**").stands("r0", 0).stands("r0", 2))) {
      assertBroken(Clause.C5, end.log("w0-0", "w1-0"));
    }
  }

  @Test
  void updateThatReaderIsGivenTwiceBreaksC5() throws Exception {
    assertBroken(
        Clause.C5,
        twoPublished()
            .connects("r0", "earliest", "**")
            .stands("r0", 0)
            .given("r0", 1, "w0-0")
            .connects("r0", EPOCH + 1, "**")
            .stands("r0", 1)
            .given("r0", 1, "w0-0")
            .given("r0", 2, "w1-0")
            .log("w0-0", "w1-0"));
  }

  @Test
  void updateThatReaderDidNotAskForBreaksC5() throws Exception {
    assertBroken(
        Clause.C5,
        twoPublished().connects("r0", "", "b/**").given("r0", 1, "w0-0").log("w0-0", "w1-0"));
  }

  @Test
  void positionThatFallsBreaksC5() throws Exception {
    assertBroken(
        Clause.C5,
        twoPublished()
            .connects("r0", "", "c")
            .stands("r0", 2)
            .connects("r0", EPOCH + 2, "c")
            .stands("r0", 1)
            .log("w0-0", "w1-0"));
  }

  @Test
  void truncationOfWhatIsThereBreaksC5() throws Exception {
    assertBroken(
        Clause.C5,
        twoPublished()
            .connects("r0", EPOCH + 0, "b")
            .stands("r0", 0)
            .truncated("r0", 2)
            .log("w0-0", "w1-0"));
  }

  @Test
  void idThatHasOtherDataForAnotherReaderBreaksC6() throws Exception {
    assertBroken(
        Clause.C6,
        twoPublished()
            .connects("r0", "", "**")
            .given("r0", 2, "w1-0")
            .connects("r1", "", "**")
            .given("r1", EPOCH + 2, "w1-0", "another hash")
            .log("w0-0", "w1-0"));
  }

  @Test
  void readerThatDoesNotComeToTheHeadInTimeBreaksC7() throws Exception {
    Story late = twoPublished().connects("r0", "", "**").given("r0", 1, "w0-0").settled(2, "r0");
    assertBroken(Clause.C7, late.longAfter().given("r0", 2, "w1-0").log("w0-0", "w1-0"));
  }

  @Test
  void idThatIsNotInTheLogBreaksC8() throws Exception {
    assertBroken(
        Clause.C8,
        twoPublished().connects("r0", "", "**").given("r0", 3, "w0-9").log("w0-0", "w1-0"));
  }

  @Test
  void idOfAnotherEpochThanInTheLogBreaksC8() throws Exception {
    assertBroken(
        Clause.C8,
        twoPublished()
            .connects("r0", "", "**")
            .given("r0", "p0Rt7Yb2-2", "w1-0", "hash of w1-0")
            .log("w0-0", "w1-0"));
  }

  @Test
  void keyWithTwoEntriesBreaksC9() throws Exception {
    for (Story end :
        List.of(
            new Story().sends("w0-0", "k0", "a").acknowledged("w0-0", 1).log("w0-0", "w0-0"),
            new Story()
                .sends("w0-0", "k0", "a")
                .sends("w1-0", "k0", "a")
                .acknowledged("w0-0", 1)
                .acknowledged("w1-0", 2)
                .log("w0-0", "w1-0"))) {
      assertBroken(Clause.C9, end);
    }
  }

  @Test
  void whatHasGrownOrComplainsBreaksC10() {
    Vitals before = new Vitals(100, 40, 50_000, 20_000);
    assertThat(new Vitals(103, 60, 52_000, 21_000).since(before)).isEmpty();
    for (Vitals after :
        List.of(
            new Vitals(120, 40, 50_000, 20_000),
            new Vitals(100, 61, 50_000, 20_000),
            new Vitals(100, 40, 90_000, 20_000),
            new Vitals(100, 40, 50_000, 60_000))) {
      assertThat(after.since(before)).singleElement().extracting("clause").isEqualTo(Clause.C10);
    }
    assertThat(
            Vitals.complaints(
                List.of(
                    "Ready",
                    "LEAK: ByteBuf.release() was not called",
                    "Thread[vert.x-eventloop-thread-0] has been blocked for 2345 ms")))
        .hasSize(2);
  }
}
