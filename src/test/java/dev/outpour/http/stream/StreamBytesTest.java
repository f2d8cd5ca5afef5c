package dev.outpour.http.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.HttpHead;
import dev.outpour.RawHttp;
import dev.outpour.TestHub;
import dev.outpour.http.RawStream;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of streams and of what stands around them, whichever way they are written. */
class StreamBytesTest {

  /** A way of writing, and a hub that writes so. */
  enum Way {
    DIRECT,
    THROUGH_RESPONSES;

    TestHub hub;

    JsonObject config() {
      return new JsonObject()
          .put(
              "http",
              new JsonObject()
                  .put("directWrites", this == DIRECT)
                  .put("origins", List.of("https://a.example")));
    }
  }

  private static final String HEALTH = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private static final String EVENTS = "GET /events%s HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @BeforeAll
  static void start() {
    for (Way way : Way.values()) {
      way.hub = TestHub.start(way.config());
    }
  }

  @AfterAll
  static void stop() {
    for (Way way : Way.values()) {
      way.hub.close();
    }
  }

  private static String post(String topic, String data) {
    return "POST /update?topic="
        + topic
        + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: "
        + data.length()
        + "\r\n\r\n"
        + data;
  }

  @ParameterizedTest
  @EnumSource
  void headSaysEachThingOnce(Way way) {
    try (RawStream reader = new RawStream(way.hub.port(), 0)) {
      reader.send(
          """
          GET /events?topic=head HTTP/1.1\r
          Host: localhost\r
          Origin: https://a.example\r
          \r
          """);
      HttpHead head = reader.head();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.headers())
          .containsEntry("Content-Type", "text/event-stream;charset=utf-8")
          .containsEntry("Cache-Control", "no-cache, no-store, no-transform")
          .containsEntry("X-Accel-Buffering", "no")
          .containsEntry("X-Content-Type-Options", "nosniff")
          .containsEntry("Access-Control-Allow-Origin", "https://a.example")
          .containsEntry("Vary", "origin")
          .containsEntry("Transfer-Encoding", "chunked")
          .doesNotContainKey("Content-Length");
    }
  }

  @ParameterizedTest
  @EnumSource
  void streamEndsWithItsLastChunkAndThenItsConnectionDoes(Way way) throws Exception {
    TestHub.run(
        way.config(),
        hub -> {
          try (RawStream reader = new RawStream(hub.port(), 0)) {
            reader.ask("?topic=a").head();
            reader.take(1);
            String id = hub.publish("a", "1");
            reader.takeUpTo(id);
            hub.stopHttp();
            reader.takeToTheEnd();
            assertThat(reader.data()).containsExactly("1");
            assertThat(reader.words()).containsExactly("outpour.closing");
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void streamOfATopicThatEndsDoesToo(Way way) {
    String topic = "ends-" + way;
    try (RawStream reader = new RawStream(way.hub.port(), 0)) {
      reader.ask("?topic=" + topic).head();
      reader.take(1);
      way.hub.post("end=true&topic=" + topic, null, "1");
      if (way == Way.DIRECT) {
        reader.takeToTheEnd();
      } else {
        while (reader.take(100) >= 0) {
          // There is more.
        }
      }
      assertThat(reader.data()).containsExactly("1");
      assertThat(reader.words()).containsExactly("outpour.ended");
    }
    try (RawStream late = new RawStream(way.hub.port(), 0)) {
      late.send(EVENTS.formatted("?topic=" + topic) + HEALTH);
      assertThat(late.head().status()).isEqualTo(204);
      assertThat(late.answer().body()).as("the connection goes on").contains("up");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatWasAskedBeforeTheStreamIsAnsweredBeforeIt(Way way) {
    String topic = "before-" + way;
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      requests.append(post(topic, "update " + i));
    }
    requests.append(HEALTH).append(EVENTS.formatted("?last=3&topic=" + topic));
    try (RawStream reader = new RawStream(way.hub.port(), 0)) {
      reader.send(requests.toString());
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        RawHttp.Answer answer = reader.answer();
        assertThat(answer.status()).isEqualTo(200);
        ids.add(new JsonObject(answer.body()).getString("id"));
      }
      assertThat(reader.answer().body()).contains("up");
      assertThat(reader.head().status()).isEqualTo(200);
      reader.takeUpTo(ids.get(4));
      assertThat(reader.data()).containsExactly("update 2", "update 3", "update 4");
      reader.takeUpTo(way.hub.publish(topic, "6"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void largeAnswerThatIsNotReadYetStandsBeforeTheStream(Way way) {
    String topic = "large-" + way;
    try (RawStream reader = new RawStream(way.hub.port(), 4_096)) {
      String page = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
      reader.send(page.repeat(20) + EVENTS.formatted("?topic=" + topic));
      String id = way.hub.publish(topic, "0");
      for (int i = 0; i < 20; i++) {
        assertThat(reader.answer().body()).contains("outpour_readers").endsWith("\n");
      }
      assertThat(reader.head().status()).isEqualTo(200);
      reader.take(1);
      reader.takeUpTo(way.hub.publish(topic, "1"));
      assertThat(reader.data()).endsWith("1");
      assertThat(id).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST /update?topic=after HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n\"yes\"",
        "POST /update?topic=after HTTP/1.1\r\nHost: localhost\r\n"
            + "Transfer-Encoding: chunked\r\n\r\nffff\r\n",
        "GET /events?topic=after HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "\0\r\nno HTTP at all \r\n\r\n\r\n",
        "GET /half a requ",
      })
  void whatIsSentAfterTheRequestForAStreamDisturbsNothing(String after) {
    try (RawStream together = new RawStream(Way.DIRECT.hub.port(), 0);
        RawStream later = new RawStream(Way.DIRECT.hub.port(), 0)) {
      together.send(EVENTS.formatted("?topic=together") + after);
      later.ask("?topic=together");
      for (RawStream reader : List.of(together, later)) {
        assertThat(reader.head().status()).isEqualTo(200);
        reader.take(1);
      }
      later.send(after);
      String id = "";
      for (int i = 0; i < 3; i++) {
        id = Way.DIRECT.hub.publish("together", "" + i);
        for (RawStream reader : List.of(together, later)) {
          reader.takeUpTo(id);
          reader.send(after);
        }
      }
      for (RawStream reader : List.of(together, later)) {
        assertThat(reader.data()).containsExactly("0", "1", "2");
        assertThat(reader.words()).isEmpty();
        assertThat(reader.blocks()).filteredOn(block -> block.retry() != null).hasSize(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void bodyOfARequestForAStreamIsPassedOver(Way way) {
    String topic = "body-" + way;
    try (RawStream reader = new RawStream(way.hub.port(), 0)) {
      reader.send(
          "GET /events?topic="
              + topic
              + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n");
      assertThat(reader.head().status()).isEqualTo(200);
      reader.take(1);
      reader.send("x".repeat(1_000_000));
      reader.takeUpTo(way.hub.publish(topic, "1"));
      assertThat(reader.data()).containsExactly("1");
    }
  }

  @ParameterizedTest
  @EnumSource
  void readerOfTheOlderHttpGetsAStreamWithoutChunks(Way way) {
    String topic = "old-" + way;
    try (RawHttp reader = way.hub.connect()) {
      reader.send("GET /events?topic=" + topic + " HTTP/1.0\r\nHost: localhost\r\n\r\n");
      String head = reader.readUntil("\r\n\r\n");
      assertThat(head).startsWith("HTTP/1.0 200 OK\r\n").doesNotContainIgnoringCase("chunked");
      assertThat(reader.readUntil("\n\n"))
          .matches("retry: \\d{4}\nid: \\S+\nevent: outpour.position\ndata: \\{}\n\n");
      String id = way.hub.publish(topic, "1");
      assertThat(reader.readUntil("data: 1\n\n")).isEqualTo("id: " + id + "\ndata: 1\n\n");
    }
    try (RawHttp reader = way.hub.connect()) {
      reader.send("HEAD /events HTTP/1.0\r\nHost: localhost\r\n\r\n");
      assertThat(reader.readUntil("\r\n\r\n"))
          .startsWith("HTTP/1.0 200 OK\r\n")
          .containsIgnoringCase("content-type: text/event-stream;charset=utf-8");
      reader.awaitClose();
    }
  }
}
