package dev.outpour.http.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.TestHub;
import dev.outpour.auth.Tokens;
import dev.outpour.http.LogLines;
import dev.outpour.http.Problems;
import dev.outpour.http.RawStream;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limits of one address, and of all together. */
class LimitsTest {

  private static void with(JsonObject limits, TestHub.Check check) throws Exception {
    TestHub.run(
        new JsonObject().put("limits", new JsonObject().put("loopback", true).mergeIn(limits)),
        check);
  }

  private static RawStream read(TestHub hub, String headers) {
    RawStream reader = new RawStream(hub.port(), 0);
    reader.send("GET /events HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
    assertThat(reader.head().status()).isEqualTo(200);
    reader.take(1);
    return reader;
  }

  /** An admitted subscriber gets a position; a rejected one gets a reason. */
  private static boolean isAdmitted(RawStream reader) {
    reader.take(8_192);
    boolean rejected = reader.words().contains("outpour.closing");
    if (rejected) {
      reader.takeToTheEnd();
      assertThat(reader.blocks().toString()).contains("limit").contains("retry");
    }
    return !rejected;
  }

  private static HttpResponse<String> publish(TestHub hub, String... headers) {
    return hub.post("", null, "1", headers);
  }

  @Test
  void readersOverTheLimitOfTheirAddressAreSentAwayUntilOneLeaves() throws Exception {
    with(
        new JsonObject().put("streamsPerAddress", 2).put("proxies", List.of("127.0.0.0/8", "::1")),
        hub -> {
          String from = "X-Forwarded-For: 192.0.2.1\r\n";
          RawStream first = read(hub, from);
          RawStream second = read(hub, from);
          assertThat(isAdmitted(first)).isTrue();
          assertThat(isAdmitted(second)).isTrue();
          try (RawStream third = read(hub, from);
              RawStream other = read(hub, "X-Forwarded-For: 192.0.2.2\r\n")) {
            assertThat(isAdmitted(third)).isFalse();
            assertThat(isAdmitted(other)).isTrue();
          }
          first.reset();
          Await.until(
              "room",
              () -> {
                try (RawStream again = read(hub, from)) {
                  return isAdmitted(again);
                }
              });
          second.close();
          assertThat(figures(hub))
              .containsPattern("outpour_limited_total\\{reason=\"streams\"\\} [1-9]");
        });
  }

  @Test
  void readersAndConnectionsThatALimitKeepsOutAreInTheLog() throws Exception {
    JsonObject limits =
        new JsonObject().put("streamsPerAddress", 1).put("proxies", List.of("127.0.0.0/8", "::1"));
    try (LogLines lines = LogLines.listen()) {
      with(
          limits,
          hub -> {
            String from = "X-Forwarded-For: 192.0.2.1\r\n";
            try (RawStream first = read(hub, from);
                RawStream second = read(hub, from)) {
              assertThat(isAdmitted(first)).isTrue();
              assertThat(isAdmitted(second)).isFalse();
              Await.until(() -> !lines.of(LimitLog.class).isEmpty(), lines::troubles);
            }
          });
      with(
          new JsonObject().put("connectionsPerAddress", 1),
          hub -> {
            try (RawStream first = read(hub, "");
                RawHttp second = hub.connect()) {
              assertThat(isAdmitted(first)).isTrue();
              second.awaitClose();
              Await.until(() -> lines.of(LimitLog.class).size() > 1, lines::troubles);
            }
          });
      assertThat(lines.of(LimitLog.class).get(0))
          .startsWith(
              "Rejected 1 subscriber(s), such as 192.0.2.1: an address may have 1 streams.");
      assertThat(lines.of(LimitLog.class).get(1))
          .matches("Closed 1 connection.s., such as one from (127.0.0.1|0:0:0:0:0:0:0:1): an .*");
    }
  }

  private static String figures(TestHub hub) {
    try (RawHttp raw = hub.connect()) {
      return raw.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").answer().body();
    }
  }

  @Test
  void whoPublishesTooFastIsToldWhenToGoOn() throws Exception {
    with(
        new JsonObject().put("publishesPerSecond", 2),
        hub -> {
          assertThat(publish(hub).statusCode()).isEqualTo(200);
          HttpResponse<String> refused = publish(hub);
          while (refused.statusCode() == 200) {
            refused = publish(hub);
          }
          Problems.check(429, refused);
          assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
          Await.until("accepted again", () -> publish(hub).statusCode() == 200);
          assertThat(figures(hub))
              .containsPattern("outpour_limited_total\\{reason=\"rate\"\\} [1-9]");
        });
  }

  @Test
  void publishersWithNamesCountEachForItselfWhereverTheyAre() throws Exception {
    JsonObject everything = Tokens.rights("**", "**");
    String one = "Bearer " + Tokens.of(named("one", everything));
    String other = "Bearer " + Tokens.of(named("other", everything));
    TestHub.run(
        new JsonObject()
            .put("auth", new JsonObject().put("hmacSecret", Tokens.SECRET))
            .put(
                "limits",
                new JsonObject()
                    .put("loopback", true)
                    .put("proxies", List.of("127.0.0.0/8", "::1"))
                    .put("publishesPerSecond", 1)),
        hub -> {
          HttpResponse<String> refused = publish(hub, "Authorization", one);
          for (int address = 1; refused.statusCode() == 200; address++) {
            refused =
                publish(hub, "Authorization", one, "X-Forwarded-For", "192.0.2." + address % 250);
          }
          Problems.check(429, refused);
          assertThat(publish(hub, "Authorization", other).statusCode()).isEqualTo(200);
        });
  }

  @Test
  void readersOfOneNameAreCountedTogetherWhereverTheyAre() throws Exception {
    JsonObject everything = Tokens.rights("**", "**");
    String one = "Authorization: Bearer " + Tokens.of(named("one", everything)) + "\r\n";
    String other = "Authorization: Bearer " + Tokens.of(named("other", everything)) + "\r\n";
    String nobody = "Authorization: Bearer " + Tokens.of(Tokens.claims(everything)) + "\r\n";
    TestHub.run(
        new JsonObject()
            .put("auth", new JsonObject().put("hmacSecret", Tokens.SECRET))
            .put(
                "limits",
                new JsonObject()
                    .put("proxies", List.of("127.0.0.0/8", "::1"))
                    .put("streamsPerIdentity", 2)),
        hub -> {
          RawStream first = read(hub, one + "X-Forwarded-For: 192.0.2.1\r\n");
          try (RawStream second = read(hub, one + "X-Forwarded-For: 192.0.2.2\r\n");
              RawStream third = read(hub, one + "X-Forwarded-For: 192.0.2.3\r\n");
              RawStream local = read(hub, one);
              RawStream someone = read(hub, other + "X-Forwarded-For: 192.0.2.3\r\n");
              RawStream unnamed = read(hub, nobody + "X-Forwarded-For: 192.0.2.3\r\n")) {
            assertThat(isAdmitted(first)).isTrue();
            assertThat(isAdmitted(second)).isTrue();
            assertThat(isAdmitted(third)).isFalse();
            assertThat(isAdmitted(local)).as("from the loopback").isTrue();
            assertThat(isAdmitted(someone)).isTrue();
            assertThat(isAdmitted(unnamed)).isTrue();
            first.reset();
            Await.until(
                "room",
                () -> {
                  try (RawStream again = read(hub, one + "X-Forwarded-For: 192.0.2.4\r\n")) {
                    return isAdmitted(again);
                  }
                });
          }
          assertThat(figures(hub))
              .containsPattern("outpour_limited_total\\{reason=\"identity\"\\} [1-9]");
        });
  }

  @Test
  void longerTopicsThatLieInALogAreReadAsEver(@TempDir Path directory) throws Exception {
    String topic = "a/".repeat(99) + "z";
    JsonObject onDisk =
        new JsonObject()
            .put("store", "sqlite")
            .put("path", directory.resolve("outpour.db").toString());
    JsonObject config = new JsonObject().put("history", onDisk);
    JsonObject free = new JsonObject().put("segmentsPerTopic", 128);
    TestHub.run(config.copy().put("limits", free), hub -> hub.publish(topic, "1"));
    TestHub.run(
        config,
        hub -> {
          assertThat(hub.post("topic=" + topic, null, "2").statusCode()).isEqualTo(400);
          for (String asked : List.of(topic, "a/**", "**/z", "a/*/**/a/z", "*/" + topic, "b/**")) {
            boolean wanted = !asked.startsWith("*/") && !asked.startsWith("b");
            String from = "&lastEventId=earliest";
            try (SseClient reader = hub.read("topic=" + asked + "&topic=end" + from)) {
              hub.publish("end", "3");
              Await.until(() -> reader.data().contains("3"), reader::data);
              assertThat(reader.data().contains("1")).as(asked).isEqualTo(wanted);
            }
          }
        });
  }

  @Test
  void sizesAreAsConfiguredAndCountedWhenTheyStrike() throws Exception {
    TestHub.run(
        new JsonObject()
            .put("http", new JsonObject().put("maxUpdateKilobytes", 1))
            .put(
                "limits",
                new JsonObject()
                    .put("topicsPerRead", 2)
                    .put("patternsPerRead", 1)
                    .put("segmentsPerTopic", 2)
                    .put("lineKilobytes", 1)
                    .put("headerKilobytes", 2)),
        hub -> {
          String host = " HTTP/1.1\r\nHost: localhost\r\n";
          String some = "a".repeat(900);
          assertThat(status(hub, "GET /health?" + some + host + "\r\n")).isEqualTo(200);
          assertThat(status(hub, "GET /health?" + some + some + host + "\r\n")).isEqualTo(414);
          String headers = "A: " + some + "\r\nB: " + some + "\r\n";
          assertThat(status(hub, "GET /health" + host + headers + "\r\n")).isEqualTo(200);
          assertThat(status(hub, "GET /health" + host + headers + "C: " + some + "\r\n\r\n"))
              .isEqualTo(431);
          assertThat(hub.post("", "text/plain", "x".repeat(1_025)).statusCode()).isEqualTo(413);
          assertThat(status(hub, "HEAD /events?topic=a&topic=b" + host + "\r\n")).isEqualTo(200);
          assertThat(status(hub, "GET /events?topic=a&topic=b&topic=c" + host + "\r\n"))
              .isEqualTo(400);
          assertThat(status(hub, "HEAD /events?topic=a/*&topic=b" + host + "\r\n")).isEqualTo(200);
          assertThat(status(hub, "GET /events?topic=a/*&topic=b/*" + host + "\r\n")).isEqualTo(400);
          assertThat(hub.post("topic=a/b", "text/plain", "x").statusCode()).isEqualTo(200);
          HttpResponse<String> deep = hub.post("topic=a&topic=a/b/c", "text/plain", "x");
          assertThat(deep.statusCode()).isEqualTo(400);
          assertThat(deep.body()).contains("The topic 'a/b/c' has 3 segments: use at most 2");
          assertThat(figures(hub))
              .contains("outpour_limited_total{reason=\"patterns\"} 1.0")
              .contains("outpour_limited_total{reason=\"segments\"} 1.0")
              .contains("outpour_limited_total{reason=\"line-size\"} 1.0")
              .contains("outpour_limited_total{reason=\"header-size\"} 1.0")
              .contains("outpour_limited_total{reason=\"body-size\"} 1.0")
              .contains("outpour_limited_total{reason=\"topics\"} 1.0");
        });
  }

  private static int status(TestHub hub, String request) {
    try (RawHttp raw = hub.connect()) {
      return raw.send(request).answerWithoutBody().status();
    }
  }

  private static String named(String subject, JsonObject rights) {
    Instant end = Instant.now().plusSeconds(3600);
    return Tokens.claims(rights, end).put("sub", subject).encode();
  }

  @Test
  void linesAreSlowedAndNotRefused() throws Exception {
    with(
        new JsonObject().put("publishesPerSecond", 20),
        hub -> {
          long begun = System.nanoTime();
          hub.publishNumbers("t", 1, 40);
          assertThat(System.nanoTime() - begun)
              .as("one second's worth at once, the rest a second later")
              .isGreaterThan(TimeUnit.MILLISECONDS.toNanos(900));
        });
  }

  @Test
  void connectionsOverTheLimitOfTheirAddressAreClosedUntilOneLeaves() throws Exception {
    with(
        new JsonObject().put("connectionsPerAddress", 3),
        hub -> {
          List<RawHttp> taken = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            taken.add(hub.connect());
          }
          for (RawHttp connection : taken) {
            assertThat(health(connection)).isTrue();
          }
          hub.connect().awaitClose();
          taken.remove(0).close();
          Await.until("room", () -> health(hub.connect()));
          taken.forEach(RawHttp::close);
        });
  }

  private static boolean health(RawHttp connection) {
    try {
      connection.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
      return connection.answer().status() == 200;
    } catch (UncheckedIOException closed) {
      return false;
    }
  }

  @Test
  void readersOverTheLimitOfAllAreSentAwayWhilePublishersGoOn() throws Exception {
    with(
        new JsonObject().put("connections", 2),
        hub -> {
          try (RawHttp publisher = hub.connect()) {
            // Other loops have the subscribers: only an answer proves that the publisher is
            // counted.
            assertThat(health(publisher)).isTrue();
            RawStream first = read(hub, "");
            RawStream second = read(hub, "");
            assertThat(isAdmitted(first)).isTrue();
            assertThat(isAdmitted(second)).isFalse();
            publisher.send(
                "POST /update HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n1");
            assertThat(publisher.answer().status()).isEqualTo(200);
            first.close();
            second.close();
          }
        });
  }

  @Test
  void connectionsFarOverTheLimitOfAllAreClosed() throws Exception {
    with(
        new JsonObject().put("connections", 2),
        hub -> {
          List<RawHttp> taken = new ArrayList<>();
          for (int i = 0; i < 18; i++) {
            taken.add(hub.connect());
          }
          for (RawHttp connection : taken) {
            assertThat(health(connection)).isTrue();
          }
          hub.connect().awaitClose();
          taken.forEach(RawHttp::close);
        });
  }

  @Test
  void nothingIsCountedByAddressOnTheLoopbackByDefault() throws Exception {
    with(
        new JsonObject()
            .put("loopback", false)
            .put("streamsPerAddress", 1)
            .put("connectionsPerAddress", 1)
            .put("publishesPerSecond", 1),
        hub -> {
          try (RawStream first = read(hub, "X-Forwarded-For: 192.0.2.1\r\n");
              RawStream second = read(hub, "X-Forwarded-For: 192.0.2.1\r\n")) {
            assertThat(isAdmitted(first)).isTrue();
            assertThat(isAdmitted(second)).isTrue();
            for (int i = 0; i < 5; i++) {
              assertThat(publish(hub).statusCode()).isEqualTo(200);
            }
          }
        });
  }
}
