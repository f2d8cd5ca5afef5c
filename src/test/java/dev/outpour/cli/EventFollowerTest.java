package dev.outpour.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.TestHub;
import dev.outpour.cli.hub.CommandException;
import dev.outpour.cli.hub.HubAddress;
import dev.outpour.cli.hub.HubClient;
import dev.outpour.metrics.PrometheusMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class EventFollowerTest {
  private final List<String> ids = new CopyOnWriteArrayList<>();
  private final List<Object> data = new CopyOnWriteArrayList<>();
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private TestHub hub;

  @BeforeEach
  void start() {
    hub = TestHub.start();
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private Future<Integer> follow(HubClient client, String query, String begin, long count) {
    EventPrinter printer =
        (id, envelope) -> {
          ids.add(id);
          data.add(new JsonObject(envelope).getValue("data"));
          return true;
        };
    String path = "/events?envelope=json" + query;
    return new EventFollower(client, path, path + begin, printer, count, lines::add).run();
  }

  private static HubClient client(String url) {
    return new HubClient(HubAddress.of(url, null, null));
  }

  @Test
  void missedUpdatesArriveOnceAndInOrder() {
    try (Relay relay = new Relay(hub.port());
        HubClient client = client(relay.url())) {
      Future<Integer> code = follow(client, "&topic=a", "&lastEventId=earliest", 20);
      List<String> published = new CopyOnWriteArrayList<>();
      for (int i = 1; i <= 2; i++) {
        published.addAll(hub.publishNumbers("a", 10 * i - 9, 10 * i - 5));
        int seen = 10 * i - 5;
        Await.until(() -> ids.size() == seen, () -> ids + " " + lines);
        relay.cut();
        published.addAll(hub.publishNumbers("a", 10 * i - 4, 10 * i));
      }

      assertThat(Await.result(code)).isZero();
      assertThat(ids).isEqualTo(published);
      assertThat(data).hasSize(20).startsWith(1, 2, 3).endsWith(19, 20);
      assertThat(relay.connections()).isEqualTo(3);
      assertThat(lines).filteredOn(line -> line.startsWith("Resumed: ")).hasSize(2);
    }
  }

  /** The stream began now: its first position is where it resumes. */
  @Test
  void subscriberWithoutAnUpdateYetMissesNothing() {
    try (Relay relay = new Relay(hub.port());
        HubClient client = client(relay.url())) {
      hub.publish("a", "0");
      Future<Integer> code = follow(client, "&topic=a", "", 1);
      Await.until("it has received a position", () -> relay.positions() == 1);
      relay.cut();
      hub.publish("a", "1");

      assertThat(Await.result(code)).isZero();
      assertThat(data).containsExactly(1);
    }
  }

  private void awaitSubscriber() {
    Await.until(
        "a subscriber is connected",
        () -> PrometheusMetrics.of(hub.vertx()).scrape().contains("outpour_readers 1.0"));
  }

  @Test
  void endedTopicsEndTheCommand() {
    try (HubClient client = client(hub.url())) {
      Future<Integer> code = follow(client, "&topic=a", "", Long.MAX_VALUE);
      awaitSubscriber();
      hub.post("topic=a&end=true", "application/json", "1");

      assertThat(Await.result(code)).isZero();
      assertThat(lines).contains("The topics have ended: no more updates will arrive");
    }
  }

  @Test
  void refusalIsReportedAndNotRetried() {
    try (HubClient client = client(hub.url())) {
      Throwable failure = Await.failure(follow(client, "&topic=a*b", "", 1));

      assertThat(failure).isInstanceOf(CommandException.class).hasMessageContaining("a*b");
      assertThat(lines).isEmpty();
    }
  }

  @Test
  void missingHubIsReportedAtOnce() {
    hub.close();
    try (HubClient client = client("http://localhost:1")) {
      assertThat(Await.failure(follow(client, "", "", 1)))
          .hasMessageStartingWith("No hub answers at http://localhost:1");
    } finally {
      hub = TestHub.start();
    }
  }

  @Test
  void closedOutputEndsTheCommand() {
    try (HubClient client = client(hub.url())) {
      hub.publish("a", "1");
      Future<Integer> code =
          new EventFollower(
                  client,
                  "/events?envelope=json&topic=a",
                  "/events?envelope=json&topic=a&last=1",
                  (id, envelope) -> false,
                  Long.MAX_VALUE,
                  lines::add)
              .run();
      assertThat(Await.result(code)).isZero();
    }
  }

  @Test
  void missingUpdatesAreReportedWithTheIdToContinueAfter() {
    String last = hub.publishNumbers("a", 1, 3).get(2);
    try (HubClient client = client(hub.url())) {
      Future<Integer> code = follow(client, "&topic=a", "&lastEventId=abcdefgh-7", 1);
      Await.until(() -> !lines.isEmpty(), lines::toString);
      hub.publish("a", "4");

      assertThat(Await.result(code)).isZero();
      assertThat(lines.get(0)).isEqualTo("Updates are missing (unknown): continuing after " + last);
    }
  }

  /** A full hub closes each new stream after repeating the id that the client sent. */
  @Test
  void repeatedIdDoesNotResetTheBackoff() {
    String update =
        "id: epoch-01-5\ndata: {\"topics\":[\"a\"],\"time\":\"2026-01-01T00:00:00Z\",\"event\":null,"
            + "\"data\":1}\n\n";
    Vertx vertx = Vertx.vertx();
    try {
      HttpServer full =
          Await.result(
              vertx
                  .createHttpServer()
                  .requestHandler(
                      request -> {
                        String id = request.getHeader("Last-Event-ID");
                        String closing = "event: outpour.closing\ndata: {\"reason\":\"limit\"}\n\n";
                        request
                            .response()
                            .end(
                                id == null
                                    ? update
                                    : "retry: 1\nid: "
                                        + id
                                        + "\nevent: outpour.position\ndata: {}\n\nretry: 1\nid: "
                                        + id
                                        + "\n"
                                        + closing);
                      })
                  .listen(0, "localhost"));
      try (HubClient client = client("http://localhost:" + full.actualPort())) {
        follow(client, "&topic=a", "", 2);
        Await.until(() -> pauses().size() >= 4, () -> lines.toString());
        assertThat(pauses().get(1)).isGreaterThanOrEqualTo(0.5);
        assertThat(pauses().get(2)).isGreaterThanOrEqualTo(1);
        assertThat(pauses().get(3)).isGreaterThanOrEqualTo(2);
        assertThat(lines).noneMatch(line -> line.contains("position"));
      }
    } finally {
      Await.result(vertx.close());
    }
  }

  private List<Double> pauses() {
    Pattern pause = Pattern.compile("retrying in ([0-9.]+) s");
    return lines.stream()
        .map(pause::matcher)
        .filter(Matcher::find)
        .map(found -> Double.valueOf(found.group(1)))
        .toList();
  }
}
