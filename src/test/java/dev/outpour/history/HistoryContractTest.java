package dev.outpour.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.history.History.Commit;
import dev.outpour.loop.Deadline;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Gap;
import dev.outpour.update.Interest;
import dev.outpour.update.Key;
import dev.outpour.update.LogHead;
import dev.outpour.update.Outcome;
import dev.outpour.update.Outcome.Receipt;
import dev.outpour.update.Page;
import dev.outpour.update.Refusal;
import dev.outpour.update.Samples;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Checks a store against the obligations of {@link History}; the numbers refer to them. The test of
 * every store extends this one.
 */
public abstract class HistoryContractTest {

  public static final Retention EVERYTHING =
      new Retention(1_000_000, Duration.ofHours(24), 1L << 40);

  private final ManualClock clock = new ManualClock();
  private Vertx vertx;
  private Context context;
  private History history;

  /** Opens a new log. */
  public abstract Future<History> open(Vertx vertx, Retention retention, ManualClock clock);

  /** The context from which the log is called. */
  Vertx begin() {
    return Vertx.vertx();
  }

  void end(Vertx begun) {
    Await.result(begun.close());
  }

  @BeforeEach
  @BeforeProperty
  void start() {
    vertx = begin();
    context = vertx.getOrCreateContext();
    begin(EVERYTHING);
  }

  @AfterEach
  @AfterProperty
  void stop() {
    on(history::close);
    end(vertx);
  }

  private void begin(Retention retention) {
    if (history != null) {
      on(history::close);
    }
    history = on(() -> open(vertx, retention, clock));
  }

  /** Calls on the test's context and checks that the answer arrives there. */
  private <T> T on(Supplier<Future<T>> call) {
    Promise<T> result = Promise.promise();
    context.runOnContext(
        turn -> {
          try {
            call.get()
                .onComplete(
                    ended -> {
                      if (Vertx.currentContext() == context) {
                        result.handle(ended);
                      } else {
                        result.fail("It ended on another context");
                      }
                    });
          } catch (RuntimeException e) {
            result.fail(e);
          }
        });
    return Await.result(result.future());
  }

  private Commit append(Batch... group) {
    return anywhere(() -> history.append(List.of(group)));
  }

  /** Calls on the test's context; the answer may arrive on any thread. */
  private <T> T anywhere(Supplier<Future<T>> call) {
    Promise<T> result = Promise.promise();
    context.runOnContext(turn -> call.get().onComplete(result));
    return Await.result(result.future());
  }

  private void append(int count) {
    for (int done = 0; done < count; done += 500) {
      append(
          new Batch(
              Samples.updates(done, Math.min(count, done + 500)).stream()
                  .map(each -> Samples.draft(each.data().toString(), "t"))
                  .toList()));
    }
  }

  private LogHead head() {
    return on(() -> Future.succeededFuture(history.head()));
  }

  private Page read(long after) {
    return on(() -> history.read(after));
  }

  private long beforeNewest(int count, Interest interest) {
    return on(() -> history.beforeNewest(count, interest, Deadline.never()));
  }

  private Gap seek(long after, String... topics) {
    return on(() -> history.seek(after, Samples.interest(topics), Deadline.never()));
  }

  /** All updates from the log's beginning, page by page. */
  private List<Update> readAll() {
    List<Update> updates = new ArrayList<>();
    long cursor = 0;
    for (Page page = read(cursor); page.to() > cursor; page = read(cursor)) {
      long seen = cursor;
      page.updates().stream().filter(each -> each.sequence() > seen).forEach(updates::add);
      cursor = page.to();
    }
    return updates;
  }

  private static Batch keyed(String key, String data, String... topics) {
    return Batch.of(Samples.keyed(key, data, topics));
  }

  private static Draft named(String event, String key) {
    return new Draft(
        Samples.topics("t"), event, Key.parse("", key), Update.Form.TEXT, Buffer.buffer("x"));
  }

  private static Receipt only(Commit commit) {
    assertThat(commit.outcomes()).hasSize(1);
    assertThat(commit.outcomes().get(0).refusal()).isEmpty();
    assertThat(commit.outcomes().get(0).receipts()).hasSize(1);
    return commit.outcomes().get(0).receipts().get(0);
  }

  private static Refusal refusal(Commit commit) {
    return commit.outcomes().get(0).refusal().orElseThrow();
  }

  @Test
  @DisplayName("1: a new log is at 0, and its sequence numbers begin at 1 without gaps")
  void numbersAreDense() {
    assertThat(head().last()).isZero();
    assertThat(head().earliest()).isEqualTo(1);
    append(keyed("k", "a", "t"), keyed("k", "other", "t"), keyed("k", "a", "t"));
    append(Batch.of(Samples.draft("b", "t")));
    append();
    append(Batch.of(Samples.draft("c", "t")));
    assertThat(readAll()).extracting(Update::sequence).containsExactly(1L, 2L, 3L);
    assertThat(head().last()).isEqualTo(3);
  }

  @Test
  @DisplayName("1: two logs have different ids and epochs")
  void logsAreToldApart() {
    LogHead first = head();
    begin(EVERYTHING);
    assertThat(head().logId()).isNotEqualTo(first.logId());
    assertThat(head().position()).isNotEqualTo(first.position());
    assertThat(head().lineage().current().name()).matches("[0-9A-Za-z]{8,64}");
  }

  @Test
  @DisplayName("2: the page of a commit has the new updates, just as later reads return them")
  void commitGivesItsPage() {
    append(2);
    Commit commit =
        append(keyed("k", "a", "t"), keyed("k", "a", "t"), Batch.of(Samples.draft("b", "u")));
    assertThat(commit.page().from()).isEqualTo(2);
    assertThat(commit.page().to()).isEqualTo(4);
    assertThat(commit.page().updates()).isEqualTo(readAll().subList(2, 4));
    assertThat(commit.page().lineage()).isEqualTo(head().lineage());
  }

  @Test
  @DisplayName("2: a refused update leaves nothing behind")
  void refusedLeavesNothing() {
    append(keyed("k", "a", "t"));
    Commit commit = append(keyed("k", "other", "t"));
    assertThat(commit.page().updates()).isEmpty();
    assertThat(commit.page().to()).isEqualTo(commit.page().from()).isEqualTo(1);
    assertThat(readAll()).hasSize(1);
  }

  @Test
  @DisplayName("2: an update is stored unchanged")
  void updateIsKeptAsItWas() {
    Draft draft =
        new Draft(
            Samples.topics("b", "a/ä"),
            "shipped",
            null,
            Update.Form.JSON,
            Buffer.buffer("{\"n\": 1.50}"));
    Receipt receipt = only(append(Batch.of(draft)));
    assertThat(readAll()).containsExactly(draft.at(receipt.position(), clock.wallMillis()));
  }

  @Test
  @DisplayName("3: sequence numbers follow the order of the group")
  void orderIsKept() {
    Commit commit =
        append(
            new Batch(List.of(Samples.draft("a", "t"), Samples.draft("b", "t"))),
            Batch.of(Samples.draft("c", "t")));
    assertThat(readAll()).extracting(each -> each.data().toString()).containsExactly("a", "b", "c");
    assertThat(commit.outcomes()).hasSize(2);
    assertThat(commit.outcomes().get(0).receipts())
        .extracting(receipt -> receipt.position().sequence())
        .containsExactly(1L, 2L);
  }

  @Test
  @DisplayName("3: a batch stops at its first refused draft, the next batch continues")
  void batchStopsAtRefusal() {
    append(keyed("k", "a", "t"));
    Draft refused = Samples.keyed("k", "other", "t");
    Commit commit =
        append(
            new Batch(List.of(Samples.draft("b", "t"), refused, Samples.draft("c", "t"))),
            Batch.of(Samples.draft("d", "t")));
    Outcome stopped = commit.outcomes().get(0);
    assertThat(stopped.receipts()).hasSize(1);
    assertThat(stopped.refusal()).map(Refusal::status).contains(422);
    assertThat(commit.outcomes().get(1).refusal()).isEmpty();
    assertThat(readAll()).extracting(each -> each.data().toString()).containsExactly("a", "b", "d");
  }

  @Test
  @DisplayName("3: an empty batch has an empty outcome")
  void emptyBatch() {
    Commit commit = append(new Batch(List.of()), Batch.of(Samples.draft("a", "t")));
    assertThat(commit.outcomes().get(0).receipts()).isEmpty();
    assertThat(commit.outcomes().get(0).refusal()).isEmpty();
    assertThat(commit.outcomes().get(1).receipts()).hasSize(1);
  }

  @Test
  @DisplayName("4: the same key with the same update is a duplicate")
  void repeatIsADuplicate() {
    Receipt first = only(append(keyed("k", "a", "t", "u")));
    assertThat(first.duplicate()).isFalse();
    append(3);
    assertThat(only(append(keyed("k", "a", "u", "t"))))
        .isEqualTo(new Receipt(first.position(), true));
    assertThat(head().last()).isEqualTo(4);
  }

  @Test
  @DisplayName("4: the same key with another topic, event or data is refused")
  void reusedKeyIsRefused() {
    append(keyed("k", "a", "t"));
    assertThat(refusal(append(keyed("k", "b", "t"))).status()).isEqualTo(422);
    assertThat(refusal(append(keyed("k", "a", "u"))).status()).isEqualTo(422);
    assertThat(refusal(append(keyed("k", "a", "t", "u"))).status()).isEqualTo(422);
    append(Batch.of(named("e", "n")));
    assertThat(refusal(append(Batch.of(named("f", "n")))).status()).isEqualTo(422);
    assertThat(refusal(append(Batch.of(named(null, "n")))).status()).isEqualTo(422);
    assertThat(only(append(Batch.of(named("e", "n")))).duplicate()).isTrue();
  }

  @Test
  @DisplayName("4: parts of an update are kept apart")
  void partsDoNotRunTogether() {
    append(keyed("k", "bc", "a"), keyed("l", "x", "a", "bc"));
    assertThat(refusal(append(keyed("k", "c", "ab"))).status()).isEqualTo(422);
    assertThat(refusal(append(keyed("l", "x", "ab", "c"))).status()).isEqualTo(422);
  }

  @Test
  @DisplayName("4: repeats within one group and one batch are found too")
  void repeatsWithinAGroup() {
    Draft draft = Samples.keyed("k", "a", "t");
    Commit commit = append(new Batch(List.of(draft, draft)), Batch.of(draft));
    List<Receipt> receipts =
        commit.outcomes().stream().flatMap(each -> each.receipts().stream()).toList();
    assertThat(receipts).extracting(Receipt::duplicate).containsExactly(false, true, true);
    assertThat(receipts).extracting(Receipt::position).containsOnly(head().position());
    assertThat(head().last()).isEqualTo(1);
  }

  @Test
  @DisplayName("4: keys of different publishers never collide")
  void keysAreScoped() {
    for (String scope : List.of("", "alice", "bob")) {
      Draft draft =
          new Draft(
              Samples.topics("t"),
              null,
              Key.parse(scope, "k"),
              Update.Form.TEXT,
              Buffer.buffer(scope));
      assertThat(only(append(Batch.of(draft))).duplicate()).isFalse();
    }
  }

  @Test
  @DisplayName("4: the scope that anonymous publishers once shared finds only the same update")
  void formerlySharedKeysAreFoundByTheSameUpdateAlone() {
    Receipt first = only(append(keyed("k", "a", "t")));
    for (String scope : List.of(Key.RIGHTS + "1f", Key.BUS)) {
      assertThat(only(append(scoped(scope, "a", "t"))))
          .isEqualTo(new Receipt(first.position(), true));
      Receipt own = only(append(scoped(scope, "b", "t")));
      assertThat(own.duplicate()).as("a different update, of another publisher").isFalse();
      assertThat(only(append(scoped(scope, "b", "t"))))
          .isEqualTo(new Receipt(own.position(), true));
      assertThat(refusal(append(scoped(scope, "a", "t"))).status()).isEqualTo(422);
    }
    assertThat(only(append(scoped("subject anna", "a", "t"))).duplicate())
        .as("a publisher with a name")
        .isFalse();
  }

  private static Batch scoped(String scope, String data, String... topics) {
    return Batch.of(
        new Draft(
            Samples.topics(topics),
            null,
            Key.parse(scope, "k"),
            Update.Form.TEXT,
            Buffer.buffer(data)));
  }

  @Test
  @DisplayName("4: keys outlive their updates, up to 24 hours")
  void keysOutliveUpdates() {
    begin(new Retention(1_000, Duration.ofHours(1), 1L << 40));
    Receipt first = only(append(keyed("k", "a", "t")));
    clock.pass(Duration.ofHours(24).minusSeconds(1));
    append();
    assertThat(head().earliest()).isEqualTo(2);
    assertThat(only(append(keyed("k", "a", "t")))).isEqualTo(new Receipt(first.position(), true));
    clock.pass(Duration.ofSeconds(2));
    append();
    assertThat(only(append(keyed("k", "other", "t"))).duplicate()).isFalse();
  }

  @Test
  @DisplayName("4: an expired key is free at once, before it is removed")
  void expiredKeyIsFree() {
    Receipt first = only(append(keyed("k", "a", "t")));
    clock.pass(Duration.ofHours(24).minusMillis(1));
    assertThat(only(append(keyed("k", "a", "t")))).isEqualTo(new Receipt(first.position(), true));
    clock.pass(Duration.ofMillis(1));
    Receipt second = only(append(keyed("k", "other", "t")));
    assertThat(second.duplicate()).isFalse();
    clock.pass(Duration.ofHours(24).minusMillis(1));
    append();
    assertThat(only(append(keyed("k", "other", "t"))))
        .isEqualTo(new Receipt(second.position(), true));
    clock.pass(Duration.ofMillis(1));
    assertThat(only(append(keyed("k", "other", "t"))).duplicate()).isFalse();
  }

  @Test
  @DisplayName("4: at the bound of keys only new keys are refused")
  void keysAreBounded() {
    begin(new Retention(1_000, Duration.ofHours(1), 1L << 40, 2));
    append(keyed("k1", "a", "t"), keyed("k2", "b", "t"));
    Refusal refused = refusal(append(keyed("k3", "c", "t")));
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.detail()).contains("history.keepKeys");
    assertThat(only(append(keyed("k1", "a", "t"))).duplicate()).isTrue();
    assertThat(only(append(Batch.of(Samples.draft("d", "t")))).duplicate()).isFalse();
    clock.pass(Duration.ofHours(26));
    append();
    append();
    assertThat(only(append(keyed("k3", "c", "t"))).duplicate()).isFalse();
  }

  @Test
  @DisplayName("4: a clock that is set wrong for a while forgets no key")
  void clockSetWrongForgetsNoKey() {
    append(keyed("k1", "a", "t"), keyed("k2", "b", "t"));
    clock.setBy(Duration.ofDays(3));
    assertThat(only(append(keyed("k1", "a", "t"))).duplicate()).isTrue();
    append(keyed("k3", "c", "t"));
    clock.pass(Duration.ofMinutes(9));
    append();
    assertThat(only(append(keyed("k3", "c", "t"))).duplicate()).isTrue();
    clock.setBy(Duration.ofDays(-3));
    for (int i = 0; i < 3; i++) {
      assertThat(only(append(keyed("k1", "a", "t"))).duplicate()).isTrue();
      assertThat(only(append(keyed("k2", "b", "t"))).duplicate()).isTrue();
      assertThat(only(append(keyed("k3", "c", "t"))).duplicate()).isTrue();
      clock.pass(Duration.ofMinutes(9));
    }
    assertThat(head().last()).isEqualTo(3);
  }

  @Test
  @DisplayName("4: keys are remembered as long as updates are retained")
  void keysLastAsLongAsUpdates() {
    begin(new Retention(1_000, Duration.ofHours(72), 1L << 40));
    append(keyed("k", "a", "t"));
    clock.pass(Duration.ofHours(71));
    append();
    assertThat(only(append(keyed("k", "a", "t"))).duplicate()).isTrue();
  }

  @Test
  @DisplayName("5: times never fall, even if the clock is set back")
  void timesNeverFall() {
    append(1);
    clock.setBy(Duration.ofHours(-1));
    append(1);
    clock.pass(Duration.ofHours(2));
    append(1);
    List<Long> times = readAll().stream().map(Update::timeMillis).toList();
    assertThat(times).hasSize(3).isSorted();
    assertThat(times.get(2)).isEqualTo(clock.wallMillis());
  }

  @Test
  @DisplayName("6: a page has the next updates after any number, without holes")
  void pagesHaveNoHoles() {
    append(2_500);
    for (long after : List.of(0L, 1L, 1_000L, 1_023L, 1_024L, 1_025L, 2_047L, 2_048L, 2_499L)) {
      Page page = read(after);
      assertThat(page.continues(after)).isTrue();
      assertThat(page.earliest()).isEqualTo(1);
      assertThat(page.updates()).hasSize((int) (page.to() - page.from()));
      assertThat(page.updates().get(0).sequence()).isEqualTo(page.from() + 1);
    }
    assertThat(readAll())
        .extracting(each -> each.data().toString())
        .hasSize(2_500)
        .doesNotHaveDuplicates();
  }

  @Test
  @DisplayName("6: beyond the head the page is empty")
  void nothingAfterTheHead() {
    assertThat(read(0).updates()).isEmpty();
    assertThat(read(0).to()).isZero();
    append(3);
    assertThat(read(3).updates()).isEmpty();
    assertThat(read(3).to()).isEqualTo(3);
  }

  @Test
  @DisplayName("6: a page with expired updates says so and has the remaining ones")
  void expiredPagesSaySo() {
    begin(new Retention(100, Duration.ofHours(24), 1L << 40));
    append(2_000);
    append();
    assertThat(head().earliest()).isEqualTo(1_901);
    for (long after : List.of(0L, 1_023L, 1_024L, 1_500L, 1_899L, 1_900L)) {
      Page page = read(after);
      assertThat(page.earliest()).isEqualTo(1_901);
      assertThat(page.continues(after)).isTrue();
      assertThat(page.updates()).first().extracting(Update::sequence).isEqualTo(1_901L);
    }
  }

  @Test
  @DisplayName("7: any two reads inside a full page return the same page, also later")
  void pagesAreAligned() {
    append(3_000);
    Page first = read(0);
    assertThat(first.to()).isLessThan(3_000);
    append(100);
    for (Page page = first; page.to() < 3_000; page = read(page.to())) {
      for (long after : List.of(page.from(), (page.from() + page.to()) / 2, page.to() - 1)) {
        assertThat(read(after)).isEqualTo(page);
      }
    }
  }

  @Test
  @DisplayName("7: a page has a bounded number of updates")
  void pagesAreBoundedInUpdates() {
    append(3_000);
    for (Page page = read(0); page.to() > page.from(); page = read(page.to())) {
      assertThat(page.updates().size()).isBetween(1, Page.MAX_UPDATES);
    }
  }

  @Test
  @DisplayName("7: a page has a bounded number of bytes, or one single larger update")
  void pagesAreBoundedInBytes() {
    for (int size : new int[] {100_000, 100_000, 100_000, 1 << 20, 10, 1 << 20, 1 << 20, 10}) {
      append(Batch.of(Samples.draft("x".repeat(size), "t")));
    }
    long cursor = 0;
    for (Page page = read(0); page.to() > cursor; page = read(cursor)) {
      int bytes = page.updates().stream().mapToInt(Update::weight).sum();
      assertThat(bytes <= Page.MAX_BYTES || page.updates().size() == 1).isTrue();
      cursor = page.to();
    }
    assertThat(cursor).isEqualTo(8);
  }

  @Test
  @DisplayName("8: the oldest updates are removed when there are too many")
  void trimmedByCount() {
    begin(new Retention(10, Duration.ofHours(24), 1L << 40));
    append(25);
    append();
    assertThat(head().earliest()).isEqualTo(16);
    assertThat(readAll()).extracting(Update::sequence).first().isEqualTo(16L);
    assertThat(readAll()).hasSize(10);
  }

  @Test
  @DisplayName("8: updates are removed when they are too old, even all of them")
  void trimmedByAge() {
    begin(new Retention(1_000, Duration.ofHours(1), 1L << 40));
    append(2);
    clock.pass(Duration.ofMinutes(40));
    append(3);
    clock.pass(Duration.ofMinutes(21));
    append();
    assertThat(head().earliest()).isEqualTo(3);
    clock.pass(Duration.ofHours(1));
    append();
    assertThat(head().earliest()).isEqualTo(6);
    assertThat(head().last()).isEqualTo(5);
    assertThat(read(0).updates()).isEmpty();
    append(1);
    assertThat(readAll()).extracting(Update::sequence).containsExactly(6L);
  }

  @Test
  @DisplayName("8: the oldest updates are removed when they take too many bytes")
  void trimmedByBytes() {
    int weight = Samples.draft("x".repeat(10_000), "t").weight();
    begin(new Retention(1_000, Duration.ofHours(24), 5L * weight));
    for (int i = 0; i < 12; i++) {
      append(Batch.of(Samples.draft("x".repeat(10_000), "t")));
    }
    append();
    assertThat(head().earliest()).isEqualTo(8);
  }

  @Test
  @DisplayName("8: a clock that is set wrong for a while removes nothing")
  void clockSetWrongRemovesNothing() {
    begin(new Retention(1_000, Duration.ofHours(1), 1L << 40));
    append(3);
    clock.setBy(Duration.ofDays(365));
    append(1);
    clock.pass(Duration.ofMinutes(5));
    append();
    clock.setBy(Duration.ofDays(-365));
    append();
    clock.pass(Duration.ofMinutes(15));
    append();
    assertThat(head().earliest()).isEqualTo(1);
  }

  @Test
  @DisplayName(
      "8: while the clock is not believed, what is old by the time before goes all the same")
  void ageIsJudgedByTheTimeBefore() {
    begin(new Retention(1_000, Duration.ofHours(1), 1L << 40));
    append(2);
    clock.pass(Duration.ofMinutes(55));
    append(1);
    clock.setBy(Duration.ofDays(3));
    append();
    assertThat(head().earliest()).isEqualTo(1);
    clock.pass(Duration.ofMinutes(6));
    append();
    assertThat(head().earliest()).isEqualTo(3);
  }

  @Test
  @DisplayName("8: updates are removed a bounded number at a time, and all of them in the end")
  void trimmedInSteps() {
    begin(new Retention(100_000, Duration.ofHours(1), 1L << 40));
    append(30_000);
    clock.pass(Duration.ofHours(2));
    append();
    assertThat(head().earliest()).isBetween(2L, 29_000L);
    for (int i = 0; i < 5_000 && head().earliest() <= 30_000; i++) {
      append();
    }
    assertThat(head().earliest()).isEqualTo(30_001);
    append();
    assertThat(history.isOverdue()).as("with no update left").isFalse();
  }

  @Test
  @DisplayName("9: once an append has succeeded, the head and reads show it")
  void appendedIsVisible() {
    for (int i = 1; i <= 50; i++) {
      Draft draft = Samples.draft("data " + i, "t");
      long after = i - 1;
      Page page =
          anywhere(
              () -> history.append(List.of(Batch.of(draft))).compose(done -> history.read(after)));
      assertThat(page.updates()).last().extracting(Update::data).isEqualTo(draft.data());
      assertThat(head().last()).isEqualTo(i);
    }
  }

  @Test
  @DisplayName("11: an update that ends its topics is their last; other topics go on")
  void endIsTheLast() {
    assertThat(head().hasEnds()).isFalse();
    append(Batch.of(Samples.draft("a", "t")), Batch.of(Samples.last("b", "t", "u")));
    assertThat(head().hasEnds()).isTrue();
    for (String topic : List.of("t", "u")) {
      Refusal refusal = refusal(append(Batch.of(Samples.draft("c", "v", topic))));
      assertThat(refusal.status()).isEqualTo(409);
      assertThat(refusal.detail()).contains("'" + topic + "' has ended");
      assertThat(refusal(append(Batch.of(Samples.last("c", topic)))).status()).isEqualTo(409);
    }
    only(append(Batch.of(Samples.draft("d", "v"))));
    assertThat(readAll()).extracting(Update::end).containsExactly(false, true, false);
    assertThat(readAll()).extracting(each -> each.data().toString()).containsExactly("a", "b", "d");
  }

  @Test
  @DisplayName("11: within a group an end refuses later updates, and their batch stops")
  void endWithinAGroup() {
    Commit commit =
        append(
            new Batch(
                List.of(Samples.last("a", "t"), Samples.draft("b", "t"), Samples.draft("c", "u"))),
            Batch.of(Samples.draft("d", "t")),
            Batch.of(Samples.draft("e", "u")));
    assertThat(commit.outcomes().get(0).receipts()).hasSize(1);
    assertThat(commit.outcomes().get(0).refusal()).map(Refusal::status).contains(409);
    assertThat(commit.outcomes().get(1).refusal()).map(Refusal::status).contains(409);
    assertThat(commit.outcomes().get(2).refusal()).isEmpty();
    assertThat(readAll()).extracting(each -> each.data().toString()).containsExactly("a", "e");
  }

  @Test
  @DisplayName("11: a repeated update is a duplicate, even the end itself")
  void repeatOfAnEnd() {
    Draft last = Samples.keyed("k", "b", "t").ending();
    append(keyed("j", "a", "t"), Batch.of(last));
    assertThat(only(append(Batch.of(last)))).isEqualTo(new Receipt(head().lineage().at(2), true));
    assertThat(only(append(keyed("j", "a", "t"))).duplicate()).isTrue();
    assertThat(refusal(append(keyed("k", "b", "t"))).status()).as("without end").isEqualTo(422);
    assertThat(refusal(append(keyed("l", "b", "t"))).status()).isEqualTo(409);
    append(keyed("n", "x", "n"));
    assertThat(refusal(append(Batch.of(Samples.keyed("n", "x", "n").ending()))).status())
        .as("with end")
        .isEqualTo(422);
  }

  @Test
  @DisplayName("11: an update refused because its topic has ended leaves its key free")
  void keyOfWhatWasRefusedIsFree() {
    append(Batch.of(Samples.last("a", "t")));
    append(keyed("k", "b", "t"));
    assertThat(only(append(keyed("k", "c", "u"))).duplicate()).isFalse();
  }

  @Test
  @DisplayName("11: the log tells where exact topics have ended")
  void whereTopicsHaveEnded() {
    assertThat(ended("t", "u")).isEmpty();
    append(2);
    append(Batch.of(Samples.last("a", "t", "u")), Batch.of(Samples.draft("b", "v")));
    append(Batch.of(Samples.last("c", "w")));
    assertThat(ended("t", "v", "w", "x", "T")).isEqualTo(at(Map.of("t", 3L, "w", 5L)));
    assertThat(ended("u")).isEqualTo(at(Map.of("u", 3L)));
    assertThat(ended()).isEmpty();
  }

  @Test
  @DisplayName("11: an end expires with its update, then the topic may be used again")
  void endExpires() {
    begin(new Retention(3, Duration.ofHours(24), 1L << 40));
    append(Batch.of(Samples.last("a", "t", "u")), Batch.of(Samples.last("b", "v")));
    append(Batch.of(Samples.draft("c", "w")), Batch.of(Samples.draft("d", "w")));
    assertThat(ended("t", "u", "v")).isEqualTo(at(Map.of("v", 2L)));
    only(append(Batch.of(Samples.draft("e", "t"))));
    assertThat(head().hasEnds()).isFalse();
    assertThat(ended("t", "u", "v")).isEmpty();
    append(Batch.of(Samples.last("f", "t")));
    assertThat(ended("t", "u", "v")).isEqualTo(at(Map.of("t", 6L)));
    assertThat(refusal(append(Batch.of(Samples.draft("g", "t")))).status()).isEqualTo(409);
  }

  private static Map<Topic, Long> at(Map<String, Long> ends) {
    return ends.entrySet().stream()
        .collect(Collectors.toMap(end -> Topic.parse(end.getKey()), Map.Entry::getValue));
  }

  private Map<Topic, Long> ended(String... topics) {
    return on(() -> history.ended(Set.copyOf(Samples.topics(topics))));
  }

  @Test
  @DisplayName("the position before the newest matches is found, however far back")
  void beforeTheNewest() {
    append(
        Stream.of("a", "b", "a/x", "a", "b")
            .map(topic -> Batch.of(Samples.draft("x", topic)))
            .toArray(Batch[]::new));
    assertThat(beforeNewest(1, Samples.interest("a"))).isEqualTo(3);
    assertThat(beforeNewest(2, Samples.interest("a"))).isZero();
    assertThat(beforeNewest(2, Samples.interest("a/**"))).isEqualTo(2);
    assertThat(beforeNewest(1, Samples.interest("b"))).isEqualTo(4);
    assertThat(beforeNewest(9, Samples.interest("**"))).isZero();
  }

  @Test
  @DisplayName("10: a gap ends before the next update in one of the topics")
  void gapEndsBeforeTheNext() {
    append(3);
    append(Batch.of(Samples.draft("x", "a")));
    append(3);
    append(Batch.of(Samples.draft("x", "b", "c", "a")));
    append(3);
    assertThat(seek(0, "a")).isEqualTo(new Gap(0, 3));
    assertThat(seek(2, "a")).isEqualTo(new Gap(2, 3));
    assertThat(seek(3, "a")).isEqualTo(new Gap(3, 3));
    assertThat(seek(4, "a")).isEqualTo(new Gap(4, 7));
    assertThat(seek(0, "c")).isEqualTo(new Gap(0, 7));
    assertThat(seek(0, "c", "a")).isEqualTo(new Gap(0, 3));
    assertThat(seek(4, "t", "c")).isEqualTo(new Gap(4, 4));
  }

  @Test
  @DisplayName("10: without a further update a gap ends at the head, which may grow")
  void gapEndsAtTheHead() {
    assertThat(seek(0, "a")).isEqualTo(new Gap(0, 0));
    append(2_500);
    assertThat(seek(0, "a")).isEqualTo(new Gap(0, 2_500));
    assertThat(seek(2_500, "t")).isEqualTo(new Gap(2_500, 2_500));
    append(Batch.of(Samples.draft("x", "a")));
    assertThat(seek(0, "a")).isEqualTo(new Gap(0, 2_500));
    assertThat(seek(2_501, "a")).isEqualTo(new Gap(2_501, 2_501));
  }

  @Test
  @DisplayName("10: a gap of exact topics begins after the last removed update in one of them")
  void gapBeginsAfterWhatWasRemoved() {
    begin(new Retention(100, Duration.ofHours(1), 1L << 40));
    append(4);
    append(Batch.of(Samples.draft("x", "a", "b")));
    append(Batch.of(Samples.draft("x", "b")));
    append(994);
    append();
    assertThat(head().earliest()).isEqualTo(901);
    for (String topic : List.of("a", "b")) {
      long newest = topic.equals("a") ? 5 : 6;
      assertThat(seek(0, topic))
          .as("a topic with removed updates")
          .isEqualTo(new Gap(newest, 1_000));
      assertThat(seek(newest - 1, topic)).isEqualTo(new Gap(newest, 1_000));
      assertThat(seek(newest, topic))
          .as("a topic without removed updates")
          .isEqualTo(new Gap(newest, 1_000));
      assertThat(seek(newest + 1, topic)).isEqualTo(new Gap(newest + 1, 1_000));
    }
    assertThat(seek(5, "a", "b")).isEqualTo(new Gap(6, 1_000));
    assertThat(seek(6, "a", "b", "c")).isEqualTo(new Gap(6, 1_000));
    assertThat(seek(0, "never")).isEqualTo(new Gap(0, 1_000));
    assertThat(seek(0, "t")).isEqualTo(new Gap(900, 900));
    assertThat(seek(6, "a", "t")).isEqualTo(new Gap(900, 900));
    assertThat(seek(950, "a")).isEqualTo(new Gap(950, 1_000));
    append(Batch.of(Samples.draft("x", "never")));
    assertThat(seek(0, "never")).isEqualTo(new Gap(0, 1_000));
    clock.pass(Duration.ofHours(2));
    append();
    assertThat(head().earliest()).isEqualTo(1_002);
    assertThat(seek(6, "b")).isEqualTo(new Gap(6, 1_001));
    assertThat(seek(6, "t")).isEqualTo(new Gap(1_000, 1_001));
    assertThat(seek(6, "never")).isEqualTo(new Gap(1_001, 1_001));
  }

  @Test
  @DisplayName("10: a gap of patterns begins at the retained updates")
  void gapOfPatternsBeginsWithWhatIsRetained() {
    begin(new Retention(100, Duration.ofHours(1), 1L << 40));
    append(1_000);
    append();
    Interest wanted = Samples.interest("never/*");
    assertThat(beforeNewest(9, wanted)).isEqualTo(900);
    assertThat(seek(0, "never/*")).isEqualTo(new Gap(900, 1_000));
    assertThat(seek(0, "never", "never/*")).isEqualTo(new Gap(900, 1_000));
    assertThat(seek(950, "never/*")).isEqualTo(new Gap(950, 1_000));
  }

  @Test
  @DisplayName("10: a gap of patterns contains no update that they match")
  void gapOfPatterns() {
    append(3);
    append(Batch.of(Samples.draft("x", "t", "a/b")));
    append(3);
    append(Batch.of(Samples.draft("x", "a")));
    append(3);
    Interest wanted = Samples.interest("a/**", "none");
    assertThat(beforeNewest(9, wanted)).as("when this is known, so is the rest").isZero();
    assertThat(seek(0, "a/**", "none")).isEqualTo(new Gap(0, 3));
    assertThat(seek(4, "a/**", "none")).isEqualTo(new Gap(4, 7));
    assertThat(seek(8, "*", "none")).isEqualTo(new Gap(8, 8));
    assertThat(seek(8, "none/*")).isEqualTo(new Gap(8, 11));
    assertThat(seek(8, "a/*", "a")).isEqualTo(new Gap(8, 11));
    append(Batch.of(Samples.draft("x", "a/new")));
    assertThat(seek(8, "a/*", "a")).isEqualTo(new Gap(8, 11));
    assertThat(seek(12, "a/*", "a")).isEqualTo(new Gap(12, 12));
  }

  @Test
  @DisplayName("the newest matches are found among many topics, some of them removed")
  void newestAmongManyTopics() {
    begin(new Retention(1_000, Duration.ofHours(1), 1L << 40));
    append(Batch.of(Samples.draft("x", "old/1")));
    for (int i = 0; i < 30; i++) {
      int first = i * 100;
      append(
          new Batch(
              IntStream.range(first, first + 100)
                  .<Draft>mapToObj(n -> Samples.draft("x", "t/" + n, "u/" + n % 7))
                  .toList()));
    }
    append();
    append();
    long last = head().last();
    assertThat(last).isEqualTo(3_001);
    assertThat(head().earliest()).isEqualTo(2_002);
    assertThat(beforeNewest(1, Samples.interest("old/*"))).isEqualTo(2_001);
    assertThat(beforeNewest(1, Samples.interest("t/*"))).isEqualTo(last - 1);
    assertThat(beforeNewest(1, Samples.interest("t/2999", "t/*"))).isEqualTo(last - 1);
    assertThat(beforeNewest(10, Samples.interest("t/*", "u/*"))).isEqualTo(last - 10);
    assertThat(beforeNewest(10, Samples.interest("u/3", "none/*"))).isEqualTo(last - 64);
    assertThat(beforeNewest(1_000, Samples.interest("**"))).isEqualTo(2_001);
    assertThat(beforeNewest(1_001, Samples.interest("**"))).isEqualTo(2_001);
    assertThat(beforeNewest(999, Samples.interest("**"))).isEqualTo(2_002);
  }

  @Provide
  Arbitrary<List<Step>> lives() {
    Arbitrary<Draft> drafts =
        Arbitraries.integers()
            .between(0, 400)
            .map(
                n -> {
                  Draft draft =
                      Samples.keyed(
                          n % 3 == 0 ? "k" + n % 7 : null,
                          "x".repeat(n % 50),
                          n % 2 == 0 ? "a" : "b");
                  return n % 19 == 0 ? draft.ending() : draft;
                });
    Arbitrary<Step> appends =
        drafts
            .list()
            .ofMaxSize(4)
            .map(Batch::new)
            .list()
            .ofMaxSize(4)
            .map(group -> new Step(group, Duration.ZERO));
    Arbitrary<Step> pauses =
        Arbitraries.integers()
            .between(1, 40)
            .map(minutes -> new Step(List.of(), Duration.ofMinutes(minutes)));
    return Arbitraries.frequencyOf(Tuple.of(4, appends), Tuple.of(1, pauses)).list().ofMaxSize(25);
  }

  /** An append after some time. */
  record Step(List<Batch> group, Duration pause) {}

  @Property(tries = 300)
  void anyLifeIsThatOfThePlainModel(@ForAll("lives") List<Step> life) {
    Retention retention = new Retention(20, Duration.ofHours(1), 6_000);
    begin(retention);
    HistoryModel model = new HistoryModel(retention);
    for (Step step : life) {
      clock.pass(step.pause());
      Commit commit = append(step.group().toArray(Batch[]::new));
      assertThat(commit.outcomes())
          .isEqualTo(model.append(step.group(), head().lineage(), clock.wallMillis()));
      model.assertEarliest(head().earliest(), clock.wallMillis());
      assertThat(head().last()).isEqualTo(model.last());
      for (long after = 0; after < model.last(); after += 3) {
        Page page = read(after);
        assertThat(page.continues(after)).isTrue();
        assertThat(page.updates()).isEqualTo(model.retained(page.from(), page.to()));
        assertThat(seek(after, "a")).isEqualTo(model.gap(after, Samples.interest("a")));
      }
      assertThat(ended("a", "b")).isEqualTo(model.ended(Samples.topics("a", "b")));
      for (int count : IntStream.of(1, 3, 9).toArray()) {
        assertThat(beforeNewest(count, Samples.interest("a")))
            .isEqualTo(model.beforeNewest(count, Samples.interest("a")));
        assertThat(beforeNewest(count, Samples.interest("*", "b")))
            .isEqualTo(model.beforeNewest(count, Samples.interest("*", "b")));
      }
    }
  }
}
