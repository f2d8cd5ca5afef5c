package dev.outpour.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.TestHub;
import dev.outpour.update.Lineage;
import dev.outpour.update.LogHead;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SplitBrainGuardTest {

  private final Vertx vertx = Vertx.vertx();

  /** The log for which each owner gave way. */
  private final Map<String, Queue<String>> gaveWay = new ConcurrentHashMap<>();

  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    TestHub.await(vertx.close());
  }

  private static LogHead head(String log, long last, int epochs) {
    List<Lineage.Epoch> all =
        IntStream.range(0, epochs)
            .mapToObj(i -> new Lineage.Epoch("epoch%04d".formatted(i), 1))
            .toList();
    return new LogHead(log, new Lineage(all), 1, last);
  }

  /** Starts an owner, on its own context. */
  private void begin(String log, Supplier<LogHead> head, long sinceMillis) {
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    gaveWay.put(log, heard);
    vertx
        .getOrCreateContext()
        .runOnContext(
            turn ->
                new SplitBrainGuard(
                    vertx, head, sinceMillis, (other, last) -> heard.add(other + " at " + last)));
  }

  private void begin(String log, long last, int epochs, long sinceMillis) {
    LogHead head = head(log, last, epochs);
    begin(log, () -> head, sinceMillis);
  }

  private void awaitGivenWay(int owners) {
    Await.until(
        () -> gaveWay.values().stream().filter(heard -> !heard.isEmpty()).count() >= owners,
        gaveWay::toString);
  }

  @Test
  void theLongerLogGoesOnWhateverTheClocksSay() {
    begin("of-an-hour", 1_000, 1, 5_000);
    begin("by-a-slow-clock", 10, 9, 1);

    awaitGivenWay(1);
    assertThat(gaveWay.get("by-a-slow-clock")).containsExactly("of-an-hour at 1000");
    assertThat(gaveWay.get("of-an-hour")).isEmpty();
  }

  @Test
  void ofLogsOfOneLengthTheOneWithMoreEpochsGoesOn() {
    begin("twice", 10, 2, 5_000);
    begin("once", 10, 1, 1);

    awaitGivenWay(1);
    assertThat(gaveWay.get("once")).containsExactly("twice at 10");
    assertThat(gaveWay.get("twice")).isEmpty();
  }

  @Test
  void ofEqualLogsTheElderGoesOn() {
    begin("younger", 10, 1, 5_000);
    begin("elder", 10, 1, 4_999);

    awaitGivenWay(1);
    assertThat(gaveWay.get("younger")).containsExactly("elder at 10");
    assertThat(gaveWay.get("elder")).isEmpty();
  }

  @Test
  void ofOwnersInAllAlikeAllButOneGiveWay() {
    for (int i = 0; i < 5; i++) {
      begin("log-" + i, 10, 1, 5_000);
    }

    awaitGivenWay(4);
    assertThat(gaveWay.values()).filteredOn(Queue::isEmpty).hasSize(1);
    assertThat(gaveWay.values()).allMatch(heard -> heard.size() <= 1);
  }

  /** Each has the longer log at the moment it checks. */
  @Test
  void ofTwoLogsThatGrowAllTheTimeOneGivesWayAtOnce() {
    AtomicLong last = new AtomicLong();
    AtomicInteger said = new AtomicInteger();
    vertx.eventBus().consumer(SplitBrainGuard.ADDRESS, claim -> said.incrementAndGet());
    for (String log : List.of("one", "another")) {
      begin(log, () -> head(log, last.incrementAndGet(), 1), 5_000);
    }

    awaitGivenWay(1);
    assertThat(gaveWay.values()).filteredOn(Queue::isEmpty).hasSize(1);
    assertThat(said.get()).as("claims").isLessThan(20);
  }

  @Test
  void whatIsNoClaimIsPassedOver() {
    vertx.exceptionHandler(failures::add);
    AtomicInteger said = new AtomicInteger();
    TestHub.await(
        vertx
            .eventBus()
            .consumer(SplitBrainGuard.ADDRESS, claim -> said.incrementAndGet())
            .completion());
    begin("log", 10, 1, 5_000);
    Await.until("it hears, since it speaks", () -> said.get() > 0);
    vertx.eventBus().publish(SplitBrainGuard.ADDRESS, "longer");
    vertx.eventBus().publish(SplitBrainGuard.ADDRESS, null);
    vertx.eventBus().publish(SplitBrainGuard.ADDRESS, new JsonObject());
    JsonObject claim =
        new JsonObject()
            .put("id", "a")
            .put("log", "other")
            .put("last", 11)
            .put("epochs", 1)
            .put("sinceMillis", 0);
    for (String missing : new ArrayList<>(claim.fieldNames())) {
      vertx
          .eventBus()
          .publish(
              SplitBrainGuard.ADDRESS,
              claim.copy().put("log", "none").put(missing, new JsonObject()));
    }
    vertx.eventBus().publish(SplitBrainGuard.ADDRESS, claim);

    awaitGivenWay(1);
    assertThat(gaveWay.get("log")).containsExactly("other at 11");
    assertThat(failures).isEmpty();
  }
}
