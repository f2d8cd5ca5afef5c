package dev.outpour.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.SseParser;
import dev.outpour.TestHub;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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

/** What {@code POST /update} accepts, refuses and answers, for single updates. */
class PublishTest {

  private static TestHub hub;

  @BeforeAll
  static void start() {
    hub = TestHub.start();
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private static JsonObject published(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    JsonObject body = new JsonObject(answer.body());
    assertThat(body.getString("id")).matches("[0-9A-Za-z]{8,}-[1-9][0-9]*");
    return body;
  }

  /** Publishes data, and returns it as a subscriber gets it. */
  private static String through(String contentType, String body) {
    String id = published(hub.post("topic=through", contentType, body)).getString("id");
    try (SseClient reader = hub.read("topic=through&last=1")) {
      SseParser.Event event = reader.awaitEvents(1).get(0);
      assertThat(event.id()).isEqualTo(id);
      return event.data();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;Charset=\"UTF-8\"",
        "application/ld+json",
        "application/vnd.shop.order+json;version=2",
        "application/x-www-form-urlencoded",
      })
  void jsonIsTakenUnderItsNamesAndCurlsDefault(String contentType) {
    assertThat(through(contentType, "{\"message\":\"hello\"}"))
        .isEqualTo("{\"message\":\"hello\"}");
  }

  @Test
  void jsonNeedsNoContentType() {
    assertThat(through(null, "[1]")).isEqualTo("[1]");
  }

  static Stream<String> json() {
    return Stream.of(
        "0",
        "-1.50E+007",
        "true",
        "null",
        "\"text\"",
        "{}",
        "[]",
        " {\"a\" : 1 } ",
        "{\"a\":1,\"a\":2}",
        "\"\\ud800\"",
        "1e999999999",
        "9".repeat(1_000),
        "[".repeat(1_000) + "]".repeat(1_000),
        "\"é𝄞\u2028\"");
  }

  @ParameterizedTest
  @MethodSource("json")
  void jsonIsPassedOnUntouched(String json) {
    assertThat(through("application/json", json)).isEqualTo(json);
  }

  static Stream<String> notJson() {
    return Stream.of(
        "",
        " ",
        "{",
        "{\"a\":",
        "[1,]",
        "[1",
        "tru",
        "nul",
        "truefalse",
        "NaN",
        "Infinity",
        "01",
        "+1",
        "1.",
        "1e",
        "1e+",
        "1.5e",
        "-0.",
        "-",
        "'a'",
        "\"a",
        "\"a\nb\"",
        "{a:1}",
        "{} {}",
        "{}x",
        "1 2",
        "[1]]",
        "// c\n1",
        "\uFEFF{}",
        "\u0000",
        "hello",
        "message=hello",
        "9".repeat(1_001),
        "[".repeat(1_001) + "]".repeat(1_001));
  }

  @ParameterizedTest
  @MethodSource("notJson")
  void whatIsNotOneJsonTextIsRefused(String body) {
    String before = hub.publish("refused", "0");
    Problems.check(400, hub.post("topic=refused", "application/json", body));
    Problems.check(400, hub.post("topic=refused", null, body));
    JsonObject form =
        Problems.check(400, hub.post("topic=refused", "application/x-www-form-urlencoded", body));
    assertThat(form.getString("detail")).contains("-H 'Content-Type: text/plain'");
    try (SseClient reader = hub.resume("topic=refused", before)) {
      hub.publish("refused", "1");
      reader.awaitEvents(1);
      assertThat(reader.data()).as("nothing refused is in the log").containsExactly("1");
    }
  }

  @Test
  void problemOfJsonSaysWhereAndStaysOneLineWithoutTheServersWorks() {
    String detail = Problems.check(400, hub.post("", null, "{\n \"a\" 1}")).getString("detail");
    assertThat(detail).contains("line 2").doesNotContain("\n").doesNotContain("jackson");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello", "{ no json", "two\nlines", " é𝄞 "})
  void textIsTakenAsItIs(String text) {
    assertThat(through("text/plain", text)).isEqualTo(text);
    assertThat(through("text/plain; charset=UTF-8", text)).isEqualTo(text);
  }

  static Stream<byte[]> notUtf8() {
    return Stream.of("ff", "c3", "c0 80", "ed a0 80", "f5 80 80 80", "22 c3 28 22")
        .map(
            hex ->
                Stream.of(hex.split(" "))
                    .map(each -> Character.toString((char) Integer.parseInt(each, 16)))
                    .collect(Collectors.joining())
                    .getBytes(ISO_8859_1));
  }

  @ParameterizedTest
  @MethodSource("notUtf8")
  void whatIsNotUtf8IsRefused(byte[] body) {
    Problems.check(400, hub.post("", "text/plain", body));
    Problems.check(400, hub.post("", "application/json", body));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image/png",
        "text/html",
        "text/plain; charset=iso-8859-1",
        "application/json; charset=utf-16",
        "application/json+x",
        "text/event-stream",
        "multipart/form-data; boundary=x",
        "nonsense",
      })
  void otherTypesAndCharsetsAreRefused(String contentType) {
    Problems.check(415, hub.post("", contentType, "{}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "br", "zstd", "deflate", "gzip, identity"})
  void compressedBodiesAreRefused(String coding) {
    Problems.check(415, hub.post("", "application/json", "{}", "Content-Encoding", coding));
  }

  @Test
  void bodyThatIsNotCompressedMaySaySo() {
    published(hub.post("", "application/json", "{}", "Content-Encoding", "identity"));
  }

  @Test
  void eventHasItsNameFromTheQuery() {
    for (String name : List.of("shipped", "é 𝄞", "message", "outpour", "outpourx.y", "a:b")) {
      published(hub.post("topic=named&event=" + TestHub.encode(name), null, "1"));
      try (SseClient reader = hub.read("topic=named&last=1")) {
        assertThat(reader.awaitEvents(1).get(0).name()).isEqualTo(name);
      }
    }
    published(hub.post("event=" + "e".repeat(256), null, "1"));
  }

  static Stream<String> badQueries() {
    return Stream.of(
        "nonsense=1",
        "lastEventId=x",
        "Topic=a",
        "event=a&event=b",
        "key=a&key=a",
        "event=",
        "event=a%0Ab",
        "event=a%0D",
        "event=%00",
        "event=%1b",
        "event=a%C2%85",
        "event=outpour.closing",
        "event=outpour.",
        "event=" + "e".repeat(257),
        "key=",
        "key=a%0A",
        "key=%00",
        "key=" + "k".repeat(257),
        "key=" + TestHub.encode("é".repeat(129)),
        "topic=",
        "topic=/",
        "topic=a/",
        "topic=/a",
        "topic=a//b",
        "topic=*",
        "topic=a/**",
        "topic=a*b",
        "topic=a%2A",
        "topic=a%00",
        "topic=a%0D%0Aid:%209",
        "topic=%7F",
        "topic=%FF",
        "topic=%ED%A0%80",
        "topic=a%",
        "topic=a%4",
        "topic=a%-1",
        "topic=outpour",
        "topic=outpour/closing",
        "topic=%6Futpour/x",
        "topic=" + "t".repeat(257),
        "topic=good&topic=bad*");
  }

  @ParameterizedTest
  @MethodSource("badQueries")
  void faultyQueriesAreRefused(String query) {
    try (RawHttp raw = hub.connect()) {
      raw.send(
          "POST /update?" + query + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}");
      Problems.check(400, raw.answer());
    }
  }

  @Test
  void onlyTheFirstSegmentIsReserved() {
    for (String topic : List.of("outpourx", "a/outpour", "Outpour", "outpour.x", "a b/ü", "~")) {
      hub.publish(topic, "1");
    }
  }

  @Test
  void twoFormsOfOneTextAreTwoTopics() {
    try (SseClient composed = hub.read("topic=" + TestHub.encode("caf\u00e9"))) {
      hub.publish("cafe\u0301", "1");
      hub.publish("caf\u00e9", "2");
      composed.awaitEvents(1);
      assertThat(composed.data()).containsExactly("2");
    }
  }

  @Test
  void updateGoesTo16TopicsAtMost() {
    String most =
        IntStream.range(0, 16).mapToObj(i -> "topic=t16/" + i).collect(Collectors.joining("&"));
    try (SseClient first = hub.read("topic=t16/0");
        SseClient last = hub.read("topic=t16/15")) {
      published(hub.post(most, null, "1"));
      assertThat(first.awaitEvents(1)).isEqualTo(last.awaitEvents(1));
    }
    Problems.check(400, hub.post(most + "&topic=t16/16", null, "1"));
  }

  @Test
  void positionsRiseInTheOrderOfTheAnswers() {
    long before = 0;
    for (int i = 0; i < 20; i++) {
      String id = hub.publish("rising", Integer.toString(i));
      long number = Long.parseLong(id.substring(id.indexOf('-') + 1));
      assertThat(number).isGreaterThan(before);
      before = number;
    }
  }

  @Test
  void sameKeyAndUpdateIsTheSameUpdate() {
    String query = "topic=keys&topic=keys2&event=e&key=k%201";
    try (SseClient reader = hub.read("topic=keys")) {
      JsonObject first = published(hub.post(query, null, "{\"a\":1}"));
      assertThat(first.containsKey("duplicate")).isFalse();
      JsonObject again = new JsonObject().put("id", first.getString("id")).put("duplicate", true);
      assertThat(published(hub.post(query, null, "{\"a\":1}"))).isEqualTo(again);
      assertThat(
              published(
                  hub.post(
                      "topic=keys2&topic=keys&event=e",
                      null,
                      "{\"a\":1}",
                      "Idempotency-Key",
                      "k 1")))
          .as("by the header, topics in another order")
          .isEqualTo(again);
      assertThat(published(hub.post(query, null, "{\"a\":1}", "Idempotency-Key", "k 1")))
          .as("both, with the same value")
          .isEqualTo(again);
      hub.publish("keys", "\"end\"");
      reader.awaitEvents(2);
      assertThat(reader.data()).containsExactly("{\"a\":1}", "\"end\"");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "topic=other&event=e, 1",
    "topic=reused&topic=other&event=e, 1",
    "topic=reused, 1",
    "topic=reused&event=f, 1",
    "topic=reused&event=e, 2",
    "topic=reused&event=e, ' 1'",
  })
  void sameKeyForAnotherUpdateIsRefused(String query, String body) {
    published(hub.post("topic=reused&event=e&key=reused", null, "1"));
    Problems.check(422, hub.post(query + "&key=reused", null, body));
  }

  @Test
  void keyInQueryAndHeaderMustNotDiffer() {
    Problems.check(400, hub.post("key=a", null, "1", "Idempotency-Key", "b"));
    Problems.check(400, hub.post("key=a", null, "1", "Idempotency-Key", "A"));
    published(hub.post("key=" + "k".repeat(256), null, "1"));
  }

  @Test
  void sameKeyManyTimesAtOnceIsOneUpdate() {
    try (SseClient reader = hub.read("topic=race")) {
      byte[] body = "{\"n\":1}".getBytes(ISO_8859_1);
      List<CompletableFuture<HttpResponse<String>>> answers =
          IntStream.range(0, 16)
              .mapToObj(
                  i ->
                      TestHub.client()
                          .sendAsync(
                              hub.request("topic=race&key=race", null, body),
                              BodyHandlers.ofString()))
              .toList();
      List<JsonObject> bodies =
          answers.stream().map(CompletableFuture::join).map(PublishTest::published).toList();
      assertThat(bodies)
          .extracting(each -> each.getString("id"))
          .containsOnly(bodies.get(0).getString("id"));
      assertThat(bodies).filteredOn(each -> !each.containsKey("duplicate")).hasSize(1);
      hub.publish("race", "2");
      assertThat(reader.awaitEvents(2)).hasSize(2);
    }
  }

  @Test
  void otherMethodsAreToldWhichThereIs() {
    for (String method : List.of("GET", "HEAD", "PUT", "DELETE", "PATCH", "TRACE")) {
      try (RawHttp raw = hub.connect()) {
        raw.send(method + " /update HTTP/1.1\r\nHost: localhost\r\n\r\n");
        RawHttp.Answer answer = method.equals("HEAD") ? raw.answerWithoutBody() : raw.answer();
        assertThat(answer.status()).as(method).isEqualTo(405);
        assertThat(answer.header("Allow")).contains("POST");
      }
    }
  }
}
