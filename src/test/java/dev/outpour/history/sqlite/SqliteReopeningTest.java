package dev.outpour.history.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.history.History;
import dev.outpour.history.ManualClock;
import dev.outpour.history.Retention;
import dev.outpour.settings.CannotStartException;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.LogHead;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Position;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Samples;
import dev.outpour.update.StartPosition;
import dev.outpour.update.Topic;
import dev.outpour.update.Truncation;
import dev.outpour.update.Update;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log in a file is opened again: after a stop, a restore, or damage. */
class SqliteReopeningTest {

  private static final Retention EVERYTHING =
      new Retention(1_000_000, Duration.ofHours(24), 1L << 40);

  @TempDir private Path directory;
  private final ManualClock clock = new ManualClock();
  private Vertx vertx;
  private Context context;
  private Path file;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    context = vertx.getOrCreateContext();
    file = directory.resolve("log.db");
  }

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  private <T> Future<T> on(Supplier<Future<T>> call) {
    Promise<T> result = Promise.promise();
    context.runOnContext(turn -> call.get().onComplete(result));
    return result.future();
  }

  private History open(Retention retention) {
    return Await.result(on(() -> SqliteHistory.open(vertx, file, retention, clock.logClock())));
  }

  private String refusalToOpen() {
    Throwable failure =
        Await.failure(on(() -> SqliteHistory.open(vertx, file, EVERYTHING, clock.logClock())));
    assertThat(failure).isInstanceOf(CannotStartException.class);
    return failure.getMessage();
  }

  private void close(History history) {
    Await.result(on(history::close));
  }

  private List<Position> append(History history, int from, int to) {
    List<Draft> drafts =
        IntStream.range(from, to).mapToObj(n -> Samples.draft("data " + n, "t", "u/" + n)).toList();
    Outcome outcome =
        Await.result(on(() -> history.append(List.of(new Batch(drafts))))).outcomes().get(0);
    assertThat(outcome.refusal()).isEmpty();
    return outcome.receipts().stream().map(Outcome.Receipt::position).toList();
  }

  private List<Update> all(History history) {
    List<Update> all = new ArrayList<>();
    long cursor = 0;
    while (cursor < history.head().last()) {
      long after = cursor;
      Page page = Await.result(on(() -> history.read(after)));
      page.updates().stream().filter(each -> each.sequence() > after).forEach(all::add);
      cursor = page.to();
    }
    return all;
  }

  /** As many openings as in years of restarts; each assigned a number of sequence numbers. */
  private void openOften(int times, int given) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM lineage");
      statement.execute(
          "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < "
              + times
              + ") INSERT INTO lineage SELECT printf('opened%05d', i), 1 + i * "
              + given
              + " FROM n");
    }
  }

  @Test
  void headCarriesTheEpochsOfWhatIsRetainedAndSomeHundredMore() throws Exception {
    History first = open(EVERYTHING);
    append(first, 0, 100);
    close(first);
    openOften(10_000, 0);
    History history = open(EVERYTHING);
    LogHead head = history.head();
    assertThat(head.lineage().epochs()).hasSizeBetween(256, 300);
    assertThat(history.lineage().epochs()).hasSize(10_001);
    assertThat(history.lineage().knows("opened00000")).isTrue();
    assertThat(all(history)).extracting(Update::position).allMatch(head.lineage()::includes);
    List<Position> more = append(history, 0, 3);
    assertThat(more).allMatch(position -> head.lineage().isCurrent(position.epoch()));
    assertThat(history.head().lineage()).as("unchanged").isEqualTo(head.lineage());
    close(history);
  }

  @Test
  void everyOpeningThatGaveWhatIsRetainedIsCarried() throws Exception {
    History first = open(EVERYTHING);
    append(first, 0, 1_000);
    close(first);
    openOften(1_000, 1);
    History history = open(EVERYTHING);
    assertThat(history.head().lineage().epochs()).hasSize(1_001);
    close(history);
  }

  private static Truncation.Reason lost(LogHead head, Position asked) {
    return head.locate(asked).truncation().map(Truncation::reason).orElse(null);
  }

  @Test
  void everythingIsThereAgainWithTheSameIdsAndTheNextNumberFollows() {
    History first = open(EVERYTHING);
    List<Position> before = append(first, 0, 2_500);
    List<Update> written = all(first);
    String logId = first.head().logId();
    close(first);

    History second = open(EVERYTHING);
    assertThat(second.head().logId()).isEqualTo(logId);
    assertThat(all(second)).isEqualTo(written);
    assertThat(before).allMatch(position -> lost(second.head(), position) == null);
    Position next = append(second, 2_500, 2_501).get(0);
    assertThat(next.sequence()).isEqualTo(2_501);
    assertThat(next.epoch()).isNotEqualTo(before.get(0).epoch());
    assertThat(second.head().locate(before.get(99)))
        .extracting(StartPosition::cursor)
        .isEqualTo(100L);
    close(second);
  }

  @Test
  void numbersAreNotGivenAgainAfterAllWasRemoved() {
    Retention anHour = new Retention(1_000_000, Duration.ofHours(1), 1L << 40);
    History first = open(anHour);
    append(first, 0, 40);
    clock.pass(Duration.ofMinutes(20));
    clock.pass(Duration.ofMinutes(50));
    Await.result(on(() -> first.append(List.of())));
    assertThat(first.head().earliest()).isEqualTo(41);
    close(first);

    History second = open(anHour);
    assertThat(second.head().earliest()).isEqualTo(41);
    assertThat(second.head().last()).isEqualTo(40);
    assertThat(append(second, 40, 41).get(0).sequence()).isEqualTo(41);
    close(second);
  }

  @Test
  void keysAreRememberedAcrossTheEnd() {
    Batch keyed = Batch.of(Samples.keyed("order-7", "seven", "t"));
    History first = open(EVERYTHING);
    Outcome.Receipt receipt =
        Await.result(on(() -> first.append(List.of(keyed)))).outcomes().get(0).receipts().get(0);
    close(first);

    History second = open(EVERYTHING);
    Outcome.Receipt again =
        Await.result(on(() -> second.append(List.of(keyed)))).outcomes().get(0).receipts().get(0);
    assertThat(again).isEqualTo(new Outcome.Receipt(receipt.position(), true));
    Outcome other =
        Await.result(
                on(() -> second.append(List.of(Batch.of(Samples.keyed("order-7", "eight", "t"))))))
            .outcomes()
            .get(0);
    assertThat(other.refusal()).hasValueSatisfying(why -> assertThat(why.status()).isEqualTo(422));
    close(second);
  }

  private boolean isRepeat(History history, int number) {
    Batch batch = Batch.of(Samples.keyed("k" + number, "data " + number, "t"));
    return Await.result(on(() -> history.append(List.of(batch))))
        .outcomes()
        .get(0)
        .receipts()
        .get(0)
        .duplicate();
  }

  @Test
  void clockThatIsWrongAtTheStartTakesNeitherUpdatesNorKeys() {
    History first = open(EVERYTHING);
    for (int i = 0; i < 300; i++) {
      assertThat(isRepeat(first, i)).isFalse();
    }
    close(first);

    clock.setBy(Duration.ofDays(2));
    History ahead = open(EVERYTHING);
    append(ahead, 300, 304);
    clock.pass(Duration.ofMinutes(9));
    append(ahead, 304, 308);
    assertThat(ahead.head().earliest()).isEqualTo(1);
    assertThat(isRepeat(ahead, 5)).isTrue();
    close(ahead);

    clock.setBy(Duration.ofDays(-2));
    History right = open(EVERYTHING);
    for (int i = 0; i < 4; i++) {
      clock.pass(Duration.ofMinutes(9));
      append(right, 0, 1);
      assertThat(isRepeat(right, 5)).isTrue();
    }
    assertThat(right.head().earliest()).isEqualTo(1);
    close(right);
  }

  @Test
  void clockThatIsWrongAtTheStartTakesNoKeysWhereNothingElseIsLeft() {
    Retention anHour = new Retention(1_000_000, Duration.ofHours(1), 1L << 40);
    History first = open(anHour);
    assertThat(isRepeat(first, 1)).isFalse();
    clock.pass(Duration.ofMinutes(61));
    Await.result(on(() -> first.append(List.of())));
    assertThat(first.head().earliest()).isEqualTo(2);
    close(first);

    clock.setBy(Duration.ofDays(2));
    History ahead = open(anHour);
    Await.result(on(() -> ahead.append(List.of())));
    assertThat(isRepeat(ahead, 1)).isTrue();
    close(ahead);
  }

  @Test
  void clockThatStaysAheadIsBelievedAfterTenMinutes() {
    History first = open(EVERYTHING);
    assertThat(isRepeat(first, 1)).isFalse();
    close(first);
    clock.setBy(Duration.ofDays(2));
    History second = open(EVERYTHING);
    clock.pass(Duration.ofMinutes(10));
    append(second, 0, 1);
    assertThat(second.head().earliest()).isEqualTo(2);
    assertThat(isRepeat(second, 1)).isFalse();
    close(second);
  }

  @Test
  void endsAreThereAgainAndExpireAsTheyWould() {
    Retention few = new Retention(3, Duration.ofHours(24), 1L << 40);
    Batch last = Batch.of(Samples.last("last", "t", "v"));
    Batch next = Batch.of(Samples.draft("next", "t"));
    History first = open(few);
    Await.result(on(() -> first.append(List.of(last))));
    close(first);

    History second = open(few);
    assertThat(second.head().hasEnds()).isTrue();
    assertThat(all(second)).extracting(Update::end).containsExactly(true);
    Set<Topic> topics = Set.copyOf(Samples.topics("t", "u", "v"));
    assertThat(Await.result(on(() -> second.ended(topics))))
        .isEqualTo(Map.of(Topic.parse("t"), 1L, Topic.parse("v"), 1L));
    Outcome refused = Await.result(on(() -> second.append(List.of(next)))).outcomes().get(0);
    assertThat(refused.refusal())
        .hasValueSatisfying(why -> assertThat(why.status()).isEqualTo(409));
    for (int i = 0; i < 3; i++) {
      Batch other = Batch.of(Samples.draft("other", "u"));
      Await.result(on(() -> second.append(List.of(other))));
    }
    close(second);

    History third = open(few);
    assertThat(third.head().hasEnds()).isFalse();
    Outcome taken = Await.result(on(() -> third.append(List.of(next)))).outcomes().get(0);
    assertThat(taken.refusal()).isEmpty();
    close(third);
  }

  @Test
  void restoredBackupIsNoticedByThoseWhoWereFurther() throws Exception {
    History first = open(EVERYTHING);
    List<Position> early = append(first, 0, 900);
    close(first);
    Path backup = directory.resolve("backup.db");
    Files.copy(file, backup);
    History second = open(EVERYTHING);
    List<Position> late = append(second, 900, 1_000);
    close(second);

    Files.copy(backup, file, StandardCopyOption.REPLACE_EXISTING);
    History restored = open(EVERYTHING);
    append(restored, 5_000, 5_200);
    LogHead head = restored.head();
    // The copy lacks the second opening's epoch, so positions of that epoch are foreign.
    assertThat(lost(head, late.get(49))).isEqualTo(Truncation.Reason.UNKNOWN);
    assertThat(lost(head, early.get(889))).isNull();
    Position beyond = new Position(early.get(0).epoch(), 950);
    assertThat(lost(head, beyond)).isEqualTo(Truncation.Reason.ROLLED_BACK);
    assertThat(head.locate(beyond).cursor()).isEqualTo(900);
    close(restored);
  }

  @Test
  void secondHubOnTheFileIsRefusedAndTheFirstGoesOn() {
    History first = open(EVERYTHING);
    assertThat(refusalToOpen()).contains("Another hub uses").contains("history.path");
    append(first, 0, 10);
    assertThat(all(first)).hasSize(10);
    close(first);
    close(open(EVERYTHING));
  }

  @Test
  void missingRowIsFoundOutWhereverItStoodInItsPage() throws Exception {
    History first = open(EVERYTHING);
    append(first, 0, Page.MAX_UPDATES);
    append(first, Page.MAX_UPDATES, 3_000);
    long begin = Await.result(on(() -> first.read(0))).to() + 1;
    close(first);
    for (long gone : new long[] {begin - 1, begin, begin + 1}) {
      Path whole = Files.copy(file, directory.resolve("whole-" + gone));
      try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
          Statement statement = connection.createStatement()) {
        statement.execute("DELETE FROM updates WHERE sequence = " + gone);
      }
      History second = open(EVERYTHING);
      assertThat(Await.failure(on(() -> second.read(gone - 1))))
          .hasMessageContaining("Update " + gone + " is missing");
      close(second);
      Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Test
  void changedRowIsFoundOutWhenItIsRead() throws Exception {
    History first = open(EVERYTHING);
    append(first, 0, 3_000);
    close(first);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE updates SET data = CAST('other' AS BLOB) WHERE sequence = 7");
    }
    History second = open(EVERYTHING);
    assertThat(Await.failure(on(() -> second.read(0)))).hasMessageContaining("Update 7");
    assertThat(Await.result(on(() -> second.read(2_990))).updates()).isNotEmpty();
    close(second);
  }

  @Test
  void endThatWasTakenAwayIsFoundOutWhenItIsRead() throws Exception {
    History first = open(EVERYTHING);
    Batch last = Batch.of(Samples.last("last", "over"));
    Await.result(on(() -> first.append(List.of(last))));
    append(first, 1, 3_000);
    close(first);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE updates SET ends = 0 WHERE sequence = 1");
    }
    History second = open(EVERYTHING);
    assertThat(Await.failure(on(() -> second.read(0)))).hasMessageContaining("Update 1 ");
    close(second);
  }

  @Test
  void afterAFailedAppendTheFileIsOpenedAnewAndGoesOnWhereItWas() throws Exception {
    close(open(EVERYTHING));
    failOn("fails");
    History history = open(EVERYTHING);
    append(history, 0, 10);
    String epoch = history.head().position().epoch();
    List<Batch> group =
        List.of(Batch.of(Samples.draft("first", "t")), Batch.of(Samples.draft("it", "fails")));
    Throwable failure = Await.failure(on(() -> history.append(group)));
    assertThat(failure)
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.refusal().status()).isEqualTo(503));

    assertThat(history.head().last()).isEqualTo(10);
    assertThat(all(history)).hasSize(10);
    Position next = append(history, 10, 11).get(0);
    assertThat(next.sequence()).isEqualTo(11);
    assertThat(next.epoch()).isNotEqualTo(epoch);
    assertThat(all(history)).hasSize(11);
    close(history);
  }

  @Test
  void secondFailureInARowLosesTheLogAndOneAfterASuccessDoesNot() throws Exception {
    close(open(EVERYTHING));
    failOn("fails");
    History history = open(EVERYTHING);
    List<Batch> failing = List.of(Batch.of(Samples.draft("it", "fails")));
    Await.failure(on(() -> history.append(failing)));
    append(history, 0, 1);
    Await.failure(on(() -> history.append(failing)));
    append(history, 1, 2);
    assertThat(history.lost().isComplete()).isFalse();

    Await.failure(on(() -> history.append(failing)));
    Await.failure(on(() -> history.append(failing)));
    assertThat(Await.result(history.lost())).contains("twice in a row").contains("check the disk");
    assertThat(statusOf(Await.failure(on(() -> history.append(failing))))).isEqualTo(503);
    assertThat(statusOf(Await.failure(on(() -> history.read(0))))).isEqualTo(503);
    close(history);
    History next = open(EVERYTHING);
    assertThat(all(next)).hasSize(2);
    close(next);
  }

  @Test
  void fileThatHasGoneMeanwhileIsNotMadeAnewInSilence() throws Exception {
    close(open(EVERYTHING));
    failOn("fails");
    History history = open(EVERYTHING);
    append(history, 0, 10);
    Files.delete(file);
    Await.failure(on(() -> history.append(List.of(Batch.of(Samples.draft("it", "fails"))))));
    assertThat(Await.result(on(history::inspect))).isPresent();
    assertThat(history.lost().isComplete()).as("the file may be put back").isFalse();
    assertThat(file).doesNotExist();
    close(history);
  }

  /** Makes the file refuse an update of a topic as if the disk had failed. */
  private void failOn(String topic) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TRIGGER fails BEFORE INSERT ON updates WHEN NEW.topic = '"
              + topic
              + "' BEGIN SELECT RAISE(ROLLBACK, 'as a disk may'); END");
    }
  }

  private static int statusOf(Throwable failure) {
    return ((RefusedException) failure).refusal().status();
  }

  @Test
  void fileThatIsNoLogIsRefused() throws Exception {
    Files.writeString(
        file, "This is no database, but it is long enough to look like one. ".repeat(99));
    assertThat(refusalToOpen()).contains("cannot be opened").contains("backup");
  }

  @Test
  void placeThatCannotBeWrittenIsRefused() throws Exception {
    Files.writeString(directory.resolve("plain"), "a file, no directory");
    file = directory.resolve("plain").resolve("log.db");
    assertThat(refusalToOpen()).contains("cannot be stored in").contains("history.path");
  }
}
