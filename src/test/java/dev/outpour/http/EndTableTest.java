package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.SseParser;
import dev.outpour.TestHub;
import io.vertx.core.json.JsonObject;
import java.io.EOFException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What happens to subscribers of ended topics.
 *
 * <pre>
 *    1 … 4   expired
 *    5       first of a
 *    6       last of a
 *    7       other
 *    8       last of b and c
 *    9       other
 *   10       last of updates, which is the default topic
 *   11       other
 * </pre>
 */
class EndTableTest {

  private static final int KEPT = 7;

  private static TestHub hub;
  private static String epoch;

  @BeforeAll
  static void start() {
    hub = TestHub.start(new JsonObject().put("history", new JsonObject().put("keepUpdates", KEPT)));
    String first = hub.publishNumbers("a", 1, 5).get(0);
    epoch = first.substring(0, first.indexOf('-'));
    end("topic=a", "6");
    hub.publish("other", "7");
    end("topic=b&topic=c", "8");
    hub.publish("other", "9");
    end("", "10");
    hub.publish("other", "11");
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private static void end(String topics, String json) {
    assertThat(hub.post(topics + "&end=true", null, json).statusCode()).isEqualTo(200);
  }

  private static String at(String number) {
    return number.matches("[0-9]+") ? epoch + "-" + number : number;
  }

  /** The control events in short: {@code ended-a}. */
  private static List<String> words(SseClient reader) {
    List<String> words = new ArrayList<>();
    for (SseParser.Event word : reader.words()) {
      JsonObject data = new JsonObject(word.data());
      words.add(
          word.name().replace("outpour.", "")
              + (data.containsKey("topic") ? "-" + data.getString("topic") : "")
              + (data.containsKey("reason") ? "-" + data.getString("reason") : ""));
    }
    return words;
  }

  private static List<SseClient.Request> both(String topics, String position) {
    return List.of(
        hub.reader(topics).lastEventId(at(position)),
        hub.reader(topics + (topics.isEmpty() ? "" : "&") + "lastEventId=" + at(position)));
  }

  @ParameterizedTest
  @CsvSource({
    // the position of a subscriber that has received everything
    "topic=a, 6",
    "topic=a, 7",
    "topic=a, 11",
    "topic=b, 8",
    "topic=b&topic=c, 8",
    "topic=a&topic=b, 8",
    "topic=a&topic=b&topic=updates, 10",
    "topic=a&envelope=json, 6",
    "'', 10",
  })
  void readerWhoHasBeenGivenAllIsSentAwayForGood(String topics, String position) {
    for (SseClient.Request request : both(topics, position)) {
      try (SseClient reader = request.open()) {
        assertThat(reader.status()).isEqualTo(204);
        assertThat(reader.awaitEnd()).isEqualTo(SseClient.End.PROPER);
      }
    }
    try (SseClient now = hub.read(topics)) {
      assertThat(now.status()).isEqualTo(204);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // asked, data, words
    "topic=a, 5, 6, resumed ended-a",
    "topic=a, 4, 5 6, resumed ended-a",
    "topic=a&envelope=json, 5, *, resumed ended-a",
    "topic=b, 6, 8, resumed ended-b",
    "topic=c&topic=b, 6, 8, resumed ended-b ended-c",
    "topic=a&topic=b, 5, 6 8, resumed ended-a ended-b",
    "topic=a&topic=b, 6, 8, resumed ended-a ended-b",
    "topic=a&topic=b, 7, 8, resumed ended-a ended-b",
    "'', 9, 10, resumed ended-updates",
    "topic=a, earliest, 5 6, ended-a",
    "topic=b, earliest, 8, ended-b",
    // missed updates are gone: the subscriber is told if they were in its topics, and reads to the
    // end
    "topic=a, 0, 5 6, truncated-expired ended-a",
    "topic=b, 3, 8, resumed ended-b",
  })
  void readerIsGivenTheRestAndThenTheStreamEnds(
      String topics, String position, String data, String words) {
    for (SseClient.Request request : both(topics, position)) {
      try (SseClient reader = request.open()) {
        assertThat(reader.awaitEnd()).isEqualTo(SseClient.End.PROPER);
        assertThat(reader.status()).isEqualTo(200);
        if (!data.equals("*")) {
          assertThat(reader.data()).containsExactly(data.split(" "));
        }
        assertThat(words(reader)).containsExactly(words.split(" "));
        SseParser.Event last = reader.events().get(reader.events().size() - 1);
        assertThat(reader.lastEventId()).isEqualTo(last.id());
        assertSentAwayWithWhatItHas(topics, reader);
      }
    }
  }

  private static void assertSentAwayWithWhatItHas(String topics, SseClient reader) {
    try (SseClient back = hub.resume(topics, reader.lastEventId())) {
      assertThat(back.status()).isEqualTo(204);
    }
  }

  @ParameterizedTest
  @CsvSource({"topic=a, 1, 6", "topic=a, 2, 5 6", "topic=a&topic=b, 1, 8", "topic=b, 9, 8"})
  void newestAreReplayedAndThenTheStreamEnds(String topics, int count, String data) {
    try (SseClient reader = hub.read(topics + "&last=" + count)) {
      assertThat(reader.awaitEnd()).isEqualTo(SseClient.End.PROPER);
      assertThat(reader.data()).containsExactly(data.split(" "));
      assertThat(words(reader)).last().asString().startsWith("ended-");
      assertSentAwayWithWhatItHas(topics, reader);
    }
  }

  @ParameterizedTest
  @CsvSource({"12, future", "1000, future", "abcdefgh-6, unknown", "nonsense, unknown"})
  void whoHasLostItsPlaceIsToldSoThenOfTheEndAndSentAwayWhenItComesBack(
      String position, String reason) {
    try (SseClient reader = hub.resume("topic=a&topic=c", at(position))) {
      assertThat(reader.status()).isEqualTo(200);
      assertThat(reader.awaitEnd()).isEqualTo(SseClient.End.PROPER);
      assertThat(reader.events()).isEmpty();
      assertThat(words(reader)).containsExactly("truncated-" + reason, "ended-a", "ended-c");
      assertThat(reader.lastEventId()).isEqualTo(at("11"));
      assertSentAwayWithWhatItHas("topic=a&topic=c", reader);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // some topics have not ended, or a pattern may match new ones
    "topic=other, 11, ''",
    "topic=a&topic=other, 11, ended-a",
    "topic=a&topic=other, 9, resumed ended-a",
    "topic=a&topic=b/**, 11, ''",
    "topic=a/**, 11, ''",
    "topic=**, 11, ''",
    "topic=*, 7, resumed ended-b ended-c ended-updates",
  })
  void readerOfWhatMayGoOnStays(String topics, String position, String words) {
    for (SseClient.Request request : both(topics, position)) {
      try (SseClient reader = request.open()) {
        reader.awaitWords(words.isEmpty() ? 0 : words.split(" ").length);
        assertThat(reader.status()).isEqualTo(200);
        assertThat(String.join(" ", words(reader))).isEqualTo(words);
        assertThat(reader.hasEnded()).isFalse();
      }
    }
  }

  @Test
  void answerThatStopsAReaderHasNoBodyAndTheConnectionGoesOn() {
    try (RawHttp raw = hub.connect()) {
      for (String method : List.of("GET", "HEAD")) {
        raw.send(method + " /events?topic=a HTTP/1.1\r\nHost: localhost\r\n\r\n");
        RawHttp.Answer answer = raw.answerWithoutBody();
        assertThat(answer.status()).as(method).isEqualTo(204);
        assertThat(answer.head().headers())
            .doesNotContainKeys("Content-Length", "Transfer-Encoding", "Content-Type")
            .containsEntry("Cache-Control", "no-cache, no-store, no-transform");
      }
      raw.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(raw.answer().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "topic=a, '', 204",
    "topic=a, 6, 204",
    "topic=a, 5, 200",
    "topic=a, 1, 200",
    "topic=a, nonsense, 200",
    "topic=a&topic=other, '', 200",
    "topic=a/**, '', 200",
    "'', '', 204",
  })
  void headIsAnsweredAsTheReadWouldBe(String topics, String position, int status) {
    try (RawHttp raw = hub.connect()) {
      raw.send(
          "HEAD /events?"
              + topics
              + " HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: "
              + at(position)
              + "\r\n\r\n");
      assertThat(raw.answerWithoutBody().status()).isEqualTo(status);
    }
  }

  @Test
  void endedStreamIsWholeAndSaysWhetherTheConnectionEndsWithIt() {
    try (RawHttp raw = hub.connect()) {
      raw.send("GET /events?topic=a&last=1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
      RawHttp.Answer answer = raw.answer();
      assertThat(answer.body()).endsWith("event: outpour.ended\ndata: {\"topic\":\"a\"}\n\n");
      if ("close".equals(answer.header("Connection"))) {
        assertThatThrownBy(raw::answer).hasRootCauseInstanceOf(EOFException.class);
      } else {
        raw.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(raw.answer().status()).isEqualTo(200);
      }
    }
  }
}
