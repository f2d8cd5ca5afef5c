package dev.outpour.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.TestCertificate;
import dev.outpour.TestHub;
import dev.outpour.cli.CommandRun;
import dev.outpour.cli.ScriptedHub;
import dev.outpour.cli.ScriptedHub.Fault;
import dev.outpour.cli.hub.HubAddress;
import dev.outpour.cli.terminal.Progress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What a bench reports about a hub with a fault, and about one without. */
class BenchTest {
  private static final int SUBSCRIBERS = 3;
  private static final OptionalDouble RATE = OptionalDouble.of(200);

  private static BenchResult bench(Fault fault, int publishers) {
    try (ScriptedHub hub = new ScriptedHub(fault)) {
      return Await.result(run(hub.url(), 1, publishers, RATE));
    }
  }

  private static Future<BenchResult> run(
      String url, int topics, int publishers, OptionalDouble rate) {
    BenchPlan plan =
        new BenchPlan(
            HubAddress.of(url, null, null),
            new BenchPlan.Load(SUBSCRIBERS, topics, publishers, rate, BenchPayload.LEAST_SIZE),
            new BenchPlan.Schedule(
                Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofMillis(200)));
    Vertx vertx = Vertx.vertx();
    return new Bench(vertx, 2, plan, Progress.of(true)).run().eventually(() -> vertx.close());
  }

  private static void assertFaults(
      BenchResult result, int lost, int doubled, int outOfOrder, int foreign) {
    assertThat(result.count(Counter.LOST)).as("lost").isEqualTo(lost);
    assertThat(result.count(Counter.DOUBLED)).as("doubled").isEqualTo(doubled);
    assertThat(result.count(Counter.OUT_OF_ORDER)).as("out of order").isEqualTo(outOfOrder);
    assertThat(result.count(Counter.FOREIGN)).as("foreign").isEqualTo(foreign);
    assertThat(result.isClean()).isEqualTo(lost + doubled + outOfOrder + foreign == 0);
  }

  @Test
  void correctHubHasNoFaults() {
    BenchResult result = bench(ScriptedHub.NONE, 4);

    assertFaults(result, 0, 0, 0, 0);
    assertThat(result.count(Counter.PUBLISHED)).isPositive();
    assertThat(result.count(Counter.DELIVERED))
        .isEqualTo(SUBSCRIBERS * result.count(Counter.PUBLISHED));
    assertThat(result.times().delivery().p50()).isBetween(0.001, result.times().delivery().max());
  }

  @Test
  void windowSetsTheNumberOfPublishesInFlight() {
    try (ScriptedHub hub = new ScriptedHub(ScriptedHub.NONE)) {
      BenchResult result = Await.result(run(hub.url(), 1, 5, OptionalDouble.empty()));

      assertThat(
              result.count(Counter.LOST)
                  + result.count(Counter.DOUBLED)
                  + result.count(Counter.OUT_OF_ORDER))
          .isZero();
      assertThat(result.count(Counter.DELIVERED))
          .isEqualTo(SUBSCRIBERS * result.count(Counter.PUBLISHED));
      assertThat(hub.publishers()).isEqualTo(5);
      assertThat(hub.published()).isGreaterThan(5);
    }
  }

  @Test
  void omittedEventIsLost() {
    Fault fault =
        (count, subscriber, event, stream) -> {
          if (count != 12 || subscriber != 1) {
            stream.send(event);
          }
        };
    assertFaults(bench(fault, 4), 1, 0, 0, 0);
  }

  @Test
  void repeatedEventIsDoubled() {
    Fault fault =
        (count, subscriber, event, stream) -> {
          stream.send(event);
          if (count == 12 && subscriber == 1) {
            stream.send(event);
          }
        };
    assertFaults(bench(fault, 4), 0, 1, 0, 0);
  }

  private static final Fault SWAPS_TWO =
      (count, subscriber, event, stream) -> {
        if (count == 12 && subscriber == 1) {
          stream.keep(event);
        } else {
          stream.send(event);
          stream.sendKept();
        }
      };

  @Test
  void swappedEventsOfOnePublisherAreOutOfOrder() {
    assertFaults(bench(SWAPS_TWO, 1), 0, 0, 1, 0);
  }

  @Test
  void swappedEventsOfSeveralPublishersAreOutOfOrderByTheirIds() {
    assertFaults(bench(SWAPS_TWO, 4), 0, 0, 1, 0);
  }

  @Test
  void changedDataIsForeignAndTheUpdateLost() {
    Fault fault =
        (count, subscriber, event, stream) ->
            stream.send(count == 12 && subscriber == 1 ? event.replace("pad", "bad") : event);
    assertFaults(bench(fault, 4), 1, 0, 0, 1);
  }

  @Test
  void disconnectedSubscriberCountsAsDisconnectedAndItsUpdatesNotAsLost() {
    Fault fault =
        (count, subscriber, event, stream) -> {
          if (count < 12 || subscriber != 1) {
            stream.send(event);
          } else if (count == 12) {
            stream.send("event: outpour.closing\ndata: {\"reason\":\"slow\"}\n\n");
            stream.end();
          }
        };
    BenchResult result = bench(fault, 4);

    assertThat(result.count(Counter.CONNECTIONS_LOST)).isEqualTo(1);
    assertThat(result.count(Counter.LOST)).isZero();
    assertThat(result.hubEvents()).isEqualTo(Map.of("outpour.closing (slow)", 1L));
    assertThat(result.isClean()).isFalse();
  }

  @Test
  void refusedPublishesAreCountedAndNotLost() {
    // The last one, too: at this rate there are fifty updates.
    try (ScriptedHub hub = new ScriptedHub(ScriptedHub.NONE).refusing(12, 50)) {
      BenchResult result = Await.result(run(hub.url(), 1, 4, RATE));

      assertThat(result.failures()).isEqualTo(Map.of("503", 2L));
      assertThat(result.count(Counter.LOST)).isZero();
      assertThat(result.isClean()).isFalse();
    }
  }

  @Test
  void publisherReconnectsAfterItsConnectionWasClosedBetweenTwoUpdates() {
    try (ScriptedHub hub = new ScriptedHub(ScriptedHub.NONE).closingAfter(12)) {
      BenchResult result = Await.result(run(hub.url(), 1, 4, RATE));

      assertFaults(result, 0, 0, 0, 0);
      assertThat(hub.publishers()).isEqualTo(5);
    }
  }

  @Test
  void lastEventIsLostAfterAWait() {
    Fault fault =
        (count, subscriber, event, stream) -> {
          if (count < 12 || subscriber != 1) {
            stream.send(event);
          }
        };
    BenchResult result = bench(fault, 4);

    assertThat(result.count(Counter.LOST)).isGreaterThan(30);
    assertThat(result.isClean()).isFalse();
  }

  @Test
  void hubMustBeTrustedOverHttps() throws Exception {
    String[] options = "--readers 3 --rate 50 --seconds 1 --warmup 0 --quiet".split(" ");
    List<String> bench = new ArrayList<>(List.of("bench"));
    Collections.addAll(bench, options);
    TestHub.run(
        new JsonObject().put("http", TestHub.tls()),
        hub -> {
          Collections.addAll(bench, "--url", hub.url());
          CommandRun strange = CommandRun.of(bench.toArray(new String[0]));
          assertThat(strange.code()).isEqualTo(1);
          assertThat(strange.errors()).contains("is not trusted").endsWith("with --cacert\n");

          Collections.addAll(bench, "--cacert", TestCertificate.shared().certificate().toString());
          CommandRun run = CommandRun.of(bench.toArray(new String[0]));
          assertThat(run.code()).as(run.errors()).isZero();
          assertThat(run.output()).contains("delivered         150,");
        });
  }

  @Test
  void realHubHasNoFaultsOnSeveralTopics() {
    try (TestHub hub = TestHub.start()) {
      BenchResult result = Await.result(run(hub.url(), SUBSCRIBERS, 7, RATE));

      assertFaults(result, 0, 0, 0, 0);
      assertThat(result.count(Counter.DELIVERED)).isEqualTo(result.count(Counter.PUBLISHED));
    }
  }
}
