package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.HttpHead;
import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.SseParser;
import dev.outpour.TestHub;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code GET /events} accepts and how it answers. */
class SubscribeTest {

  private static TestHub hub;

  @BeforeAll
  static void start() {
    hub = TestHub.start();
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private static void refused(int status, String query) {
    try (SseClient reader = hub.read(query)) {
      Problems.check(status, reader);
    }
  }

  @Test
  void emptyLogIsAtZero() throws Exception {
    TestHub.run(
        new JsonObject(),
        fresh -> {
          try (SseClient reader = fresh.read("")) {
            assertThat(reader.lastEventId()).matches("[0-9A-Za-z]{8,}-0");
            assertThat(fresh.publish("updates", "1")).endsWith("-1");
          }
        });
  }

  @Test
  void firstBlockSaysWhenToComeBackAndFromWhere() {
    String id = hub.publish("first", "1");
    Set<Integer> retries = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      try (SseClient reader = hub.read("topic=first")) {
        assertThat(reader.blocks()).hasSize(1);
        SseParser.Block first = reader.blocks().get(0);
        assertThat(first)
            .isEqualTo(new SseParser.Block(id, "outpour.position", "{}", first.retry()));
        assertThat(first.retry()).isBetween(2_000, 4_000);
        retries.add(first.retry());
      }
    }
    assertThat(retries).as("jittered").hasSizeGreaterThan(3);
  }

  @Test
  void answerIsAStreamThatNobodyKeepsOrHoldsBack() {
    try (SseClient reader = hub.read("")) {
      assertThat(reader.status()).isEqualTo(200);
      assertThat(reader.header("Content-Type")).isEqualTo("text/event-stream;charset=utf-8");
      assertThat(reader.header("Cache-Control")).isEqualTo("no-cache, no-store, no-transform");
      assertThat(reader.header("X-Accel-Buffering")).isEqualTo("no");
      assertThat(reader.header("Transfer-Encoding")).isEqualTo(TestHub.HTTP2 ? null : "chunked");
      assertThat(reader.header("Content-Length")).isNull();
      assertThat(reader.header("Content-Encoding")).isNull();
    }
  }

  @Test
  void fieldsStandInTheirOrderOneSpaceAfterTheColon() {
    String id = hub.publish("order", "0");
    hub.post("topic=order&event=shipped", "text/plain", "a\nb");
    try (RawHttp raw = hub.connect()) {
      raw.send(
          "GET /events?topic=order&lastEventId=" + id + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      String text = raw.readUntil("data: b\n\n");
      String next = id.replaceAll("\\d+$", "") + (Long.parseLong(id.replaceAll(".*-", "")) + 1);
      assertThat(text)
          .containsPattern(
              "retry: \\d{4}\nid: %1$s\nevent: outpour.position\ndata: \\{}\n\nid: %1$s\nevent: outpour.resumed\ndata: \\{"
                  .formatted(id))
          .endsWith("id: " + next + "\nevent: shipped\ndata: a\ndata: b\n\n");
    }
  }

  @Test
  void headIsAnsweredLikewiseWithoutBody() {
    try (RawHttp raw = hub.connect()) {
      raw.send("HEAD /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
      RawHttp.Answer answer = raw.answerWithoutBody();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Content-Type")).isEqualTo("text/event-stream;charset=utf-8");
      assertThat(answer.header("Cache-Control")).isEqualTo("no-cache, no-store, no-transform");
      assertThat(answer.header("X-Accel-Buffering")).isEqualTo("no");
      raw.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(raw.answer().status()).as("the connection goes on").isEqualTo(200);
      raw.send("HEAD /events?nonsense=1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(raw.answerWithoutBody().status()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/event-stream | 200",
        "*/* | 200",
        "text/* | 200",
        "TEXT/Event-Stream;q=0.1 | 200",
        "application/json, */*;q=0.1 | 200",
        "application/json | 406",
        "text/html, text/plain | 406",
        "*/*, text/event-stream;q=0 | 406",
        "text/event-stream;q=0.000 | 406",
      })
  void onlyWhoExcludesTheTypeIsRefused(String accept, int status) {
    try (SseClient reader = hub.reader("").header("Accept", accept).open()) {
      assertThat(reader.status()).isEqualTo(status);
      if (status == 406) {
        Problems.check(406, reader);
      }
    }
  }

  @Test
  void otherMethodsAreToldWhichThereAre() {
    for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "TRACE")) {
      try (RawHttp raw = hub.connect()) {
        raw.send(method + " /events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
        RawHttp.Answer answer = raw.answer();
        Problems.check(405, answer);
        assertThat(answer.header("Allow")).contains("GET").contains("HEAD");
      }
    }
  }

  static Stream<String> faultyQueries() {
    return Stream.of(
        "nonsense=1",
        "Topic=a",
        "topics=a",
        "last=1&last=1",
        "envelope=json&envelope=json",
        "lastEventId=earliest&lastEventId=earliest",
        "lastEventId=earliest&last=1",
        "envelope=xml",
        "envelope=",
        "last=0",
        "last=10001",
        "last=-1",
        "last=%2B5",
        "last=five",
        "last=1.0",
        "last=",
        "last=99999999999999999999",
        "last=%D9%A3",
        "topic=%zz",
        "topic=%4");
  }

  @ParameterizedTest
  @MethodSource("faultyQueries")
  void faultyQueriesAreRefused(String query) {
    refused(400, query);
  }

  static Stream<String> badTopics() {
    return Stream.of(
        "topic=",
        "topic=/a",
        "topic=a/",
        "topic=a//b",
        "topic=a*",
        "topic=a/*b/c",
        "topic=a/***",
        "topic=%00",
        "topic=a%0Ab",
        "topic=a%C2%85b",
        "topic=%FF",
        "topic=%ED%A0%80",
        "topic=outpour",
        "topic=outpour/x",
        "topic=outpour/**");
  }

  @ParameterizedTest
  @MethodSource("badTopics")
  void badTopicsAndPatternsAreRefused(String query) {
    refused(400, query);
  }

  @Test
  void topicHas256BytesAtMost() {
    refused(400, "topic=" + "a".repeat(257));
    refused(400, "topic=" + TestHub.encode("é".repeat(129)));
    String topic = "é".repeat(128);
    try (SseClient reader = hub.read("topic=" + TestHub.encode(topic))) {
      hub.publish(topic, "1");
      assertThat(reader.awaitEvents(1)).hasSize(1);
    }
  }

  @Test
  void readerNames128TopicsAtMost() {
    String most =
        IntStream.range(0, 128).mapToObj(i -> "topic=m/" + i).collect(Collectors.joining("&"));
    try (SseClient reader = hub.read(most)) {
      hub.publish("m/127", "1");
      hub.publish("m/0", "2");
      assertThat(reader.awaitEvents(2)).extracting(SseParser.Event::data).containsExactly("1", "2");
    }
    refused(400, most + "&topic=m/128");
  }

  @Test
  void readerNames16PatternsAtMostAmongThem() {
    String most =
        IntStream.range(0, 16).mapToObj(i -> "topic=p/" + i + "/*").collect(Collectors.joining("&"))
            + "&topic=p/exact";
    try (SseClient reader = hub.read(most)) {
      hub.publish("p/15/x", "1");
      hub.publish("p/exact", "2");
      assertThat(reader.awaitEvents(2)).extracting(SseParser.Event::data).containsExactly("1", "2");
    }
    refused(400, most + "&topic=p/16/**");
  }

  @Test
  void queryIsDecodedAsFormsAre() {
    try (SseClient reader = hub.read("topic=two+words%2Fand%2520percent")) {
      hub.publish("two words/and%20percent", "1");
      assertThat(reader.awaitEvents(1)).hasSize(1);
    }
  }

  @Test
  void withoutATopicTheDefaultTopicIsMeantOnBothSides() throws Exception {
    try (SseClient unnamed = hub.read("");
        SseClient named = hub.read("topic=updates");
        SseClient other = hub.read("topic=other")) {
      hub.post("", null, "{}");
      hub.publish("other", "1");
      hub.publish("updates", "2");
      assertThat(unnamed.awaitEvents(2)).isEqualTo(named.awaitEvents(2));
      assertThat(other.awaitEvents(1)).extracting(SseParser.Event::data).containsExactly("1");
    }
    TestHub.run(
        new JsonObject().put("ingest", new JsonObject().put("topic", "news/all")),
        fresh -> {
          try (SseClient unnamed = fresh.read("");
              SseClient named = fresh.read("topic=news/*")) {
            fresh.post("", null, "1");
            assertThat(unnamed.awaitEvents(1)).isEqualTo(named.awaitEvents(1));
          }
        });
  }

  @Test
  void starIsOneSegmentAndTwoStarsAnyNumber() {
    List<String> topics = List.of("p", "p/a", "p/b", "p/a/x", "p/b/x", "p/a/b/x", "px/a");
    String from = hub.publish("patterns", "0");
    topics.forEach(topic -> hub.publish(topic, "\"" + topic + "\""));
    assertThat(replayed("p/*", from)).containsExactly("p/a", "p/b");
    assertThat(replayed("p/**", from))
        .containsExactly("p", "p/a", "p/b", "p/a/x", "p/b/x", "p/a/b/x");
    assertThat(replayed("p/**/x", from)).containsExactly("p/a/x", "p/b/x", "p/a/b/x");
    assertThat(replayed("*/a", from)).containsExactly("p/a", "px/a");
    assertThat(replayed("*/*/x", from)).containsExactly("p/a/x", "p/b/x");
    assertThat(replayed("p", from)).containsExactly("p");
  }

  /** The updates replayed for a pattern, up to an end marker. */
  private static List<String> replayed(String pattern, String from) {
    String end = hub.publish("patterns", "\"end\"");
    try (SseClient reader = hub.resume("topic=patterns&topic=" + pattern, from)) {
      reader.awaitLastId(end);
      return reader.data().stream()
          .map(data -> data.replace("\"", ""))
          .filter(data -> !data.equals("end"))
          .toList();
    }
  }

  @Test
  void headerWinsOverTheQueryAndAnEmptyOneIsAbsent() {
    List<String> ids = hub.publishNumbers("precedence", 1, 5);
    String query = "topic=precedence&lastEventId=" + ids.get(0);
    assertReads(hub.reader(query), "2", "3", "4", "5");
    assertReads(hub.reader(query).lastEventId(""), "2", "3", "4", "5");
    assertReads(hub.reader(query).lastEventId(ids.get(3)), "5");
    assertReads(hub.reader("topic=precedence&last=4").lastEventId(ids.get(3)), "5");
    assertReads(hub.reader("topic=precedence&last=2").lastEventId(""), "4", "5");
    assertReads(
        hub.reader("topic=precedence&last=2").lastEventId("earliest"), "1", "2", "3", "4", "5");
    assertReads(hub.reader("topic=precedence&lastEventId=earliest"), "1", "2", "3", "4", "5");
  }

  private static void assertReads(SseClient.Request request, String... data) {
    try (SseClient reader = request.open()) {
      reader.awaitEvents(data.length);
      assertThat(reader.data()).containsExactly(data);
    }
  }

  @Test
  void lastCountsWhatMatchesAndGoesOnLive() {
    for (int i = 1; i <= 6; i++) {
      hub.publish(i % 2 == 0 ? "even/x" : "odd/x", Integer.toString(i));
    }
    assertReads(hub.reader("topic=even/x&last=2"), "4", "6");
    assertReads(hub.reader("topic=odd/*&last=1"), "5");
    assertReads(hub.reader("topic=even/*&topic=odd/x&last=3"), "4", "5", "6");
    assertReads(hub.reader("topic=even/x&last=10000"), "2", "4", "6");
    try (SseClient reader = hub.read("topic=even/x&last=1")) {
      hub.publish("odd/x", "7");
      hub.publish("even/x", "8");
      reader.awaitEvents(2);
      assertThat(reader.data()).containsExactly("6", "8");
      assertThat(reader.words()).isEmpty();
    }
    try (SseClient reader = hub.read("topic=never&last=1")) {
      assertThat(reader.words()).isEmpty();
      hub.publish("never", "1");
      assertThat(reader.awaitEvents(1)).hasSize(1);
    }
  }

  @Test
  void envelopeSaysWhereWhenAndAsWhatAndKeepsTheJsonAsItWas() {
    Instant before = Instant.now().minusSeconds(1);
    String json = "{ \"a\" :\r\n 1.50e1,\n\"\\u00e9\":\"\\n \\/\", \"a\":\r[]}";
    String kept = "{ \"a\" :   1.50e1, \"\\u00e9\":\"\\n \\/\", \"a\": []}";
    try (SseClient reader = hub.read("topic=envelope/*&envelope=json")) {
      hub.post("topic=envelope/a&topic=b%22%5Cc&event=sh%22ipped", "application/json", json);
      hub.post("topic=envelope/b", "text/plain", "line\r\n\"two\"\u0000\u2028");
      hub.post("topic=envelope/b", "text/plain", "");
      List<SseParser.Event> events = reader.awaitEvents(3);

      assertThat(events.get(0).name()).isEqualTo("sh\"ipped");
      assertThat(events.get(0).data())
          .startsWith("{\"topics\":[\"envelope/a\",\"b\\\"\\\\c\"],\"time\":\"")
          .endsWith("\",\"event\":\"sh\\\"ipped\",\"data\":" + kept + "}");
      JsonObject text = new JsonObject(events.get(1).data());
      assertThat(text.fieldNames()).containsExactly("topics", "time", "event", "data");
      assertThat(text.getValue("event")).isNull();
      assertThat(text.getString("data")).isEqualTo("line\r\n\"two\"\u0000\u2028");
      assertThat(text.getInstant("time")).isBetween(before, Instant.now().plusSeconds(1));
      assertThat(new JsonObject(events.get(2).data()).getString("data")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        " leading",
        "  two leading",
        "\ttab",
        "trailing ",
        "\n",
        "\n\n",
        "a\n",
        "a\n\nb",
        "a\nevent: admin\n\nevent: admin\ndata: x",
        "\n\nid: 9\nretry: 1\n\n:",
        "data: data: x",
        ":",
        "a\u0000b",
        "a\u2028b\u2029c\u0085d\u000Be\ff",
        "\uFEFFbom",
        "𝄞 é",
      })
  void textComesThroughAsItWas(String text) {
    try (SseClient reader = hub.read("topic=text")) {
      String id = new JsonObject(hub.post("topic=text", "text/plain", text).body()).getString("id");
      assertThat(reader.awaitEvents(1)).containsExactly(new SseParser.Event(id, "message", text));
      assertThat(reader.words()).isEmpty();
    }
  }

  @Test
  void everyKindOfLineEndIsOneLineEnd() {
    try (SseClient reader = hub.read("topic=ends")) {
      hub.post("topic=ends", "text/plain", "a\rb\r\nc\nd\r\r\n\r");
      assertThat(reader.awaitEvents(1).get(0).data()).isEqualTo("a\nb\nc\nd\n\n\n");
    }
  }

  @Test
  void streamIsNeverMixedWithARequestThatFollowsIt() {
    try (RawHttp raw = hub.connect()) {
      raw.send("GET /events?topic=pipelined HTTP/1.1\r\nHost: localhost\r\n\r\n");
      raw.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
      raw.readUntil("retry: ");
      hub.publish("pipelined", "1");
      assertThat(raw.readUntil("data: 1\n\n")).doesNotContain("HTTP/1.1");
    }
  }

  @Test
  void pathsThatAreNotThereAreProblems() {
    try (RawHttp raw = hub.connect()) {
      raw.send("GET /nothing/here HTTP/1.1\r\nHost: localhost\r\n\r\n");
      RawHttp.Answer answer = raw.answer();
      assertThat(answer.head()).isInstanceOf(HttpHead.class);
      Problems.check(404, answer);
    }
  }
}
