package dev.outpour.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.log.UpdateBus;
import dev.outpour.update.Position;
import dev.outpour.update.Samples;
import dev.outpour.update.Update;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BusPublishHandlerTest {

  private static LogOwner owner;

  @BeforeAll
  static void start() {
    owner = new LogOwner(10_000);
    owner.start();
  }

  @AfterAll
  static void stop() {
    owner.close();
  }

  /** Headers, as alternating names and values. */
  private static DeliveryOptions headers(String... headers) {
    DeliveryOptions options = new DeliveryOptions();
    for (int i = 0; i < headers.length; i += 2) {
      options.addHeader(headers[i], headers[i + 1]);
    }
    return options;
  }

  private static Update published(Object body, String... headers) {
    return owner.read(LogOwner.position(owner.request(body, headers(headers))));
  }

  private static ReplyException refusal(@Nullable Object body, String... headers) {
    Position before = owner.head();
    ReplyException failure =
        (ReplyException)
            Await.failure(owner.vertx.eventBus().request(UpdateBus.INGEST, body, headers(headers)));
    assertThat(failure.failureType()).isEqualTo(ReplyFailure.RECIPIENT_FAILURE);
    assertThat(failure.getMessage()).isNotBlank();
    assertThat(owner.head()).isEqualTo(before);
    return failure;
  }

  static Stream<Arguments> bodies() {
    return Stream.of(
        Arguments.of(
            new JsonObject().put("message", "hällo"), Update.Form.JSON, "{\"message\":\"hällo\"}"),
        Arguments.of(new JsonObject(), Update.Form.JSON, "{}"),
        Arguments.of(JsonArray.of(1, "two", null), Update.Form.JSON, "[1,\"two\",null]"),
        Arguments.of("plain\r\ntext 🌊", Update.Form.TEXT, "plain\r\ntext 🌊"),
        Arguments.of("", Update.Form.TEXT, ""),
        Arguments.of(Buffer.buffer("{not json"), Update.Form.TEXT, "{not json"));
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void bodyIsTheData(Object body, Update.Form form, String data) {
    Update update = published(body);
    assertThat(update.form()).isEqualTo(form);
    assertThat(update.data()).hasToString(data);
    assertThat(update.topics()).containsExactlyElementsOf(Samples.topics("updates"));
    assertThat(update.event()).isNull();
  }

  @Test
  void textThatIsSaidToBeJsonIsJsonAndUntouched() {
    Update update = published("{\"n\": 1.50}", "content-type", "application/json; charset=utf-8");
    assertThat(update.form()).isEqualTo(Update.Form.JSON);
    assertThat(update.data()).hasToString("{\"n\": 1.50}");
  }

  @Test
  void headersSayWhereItGoesAndWhatItIs() {
    Update update = published("x", "topic", "orders/42", "topic", "orders/all", "event", "shipped");
    assertThat(update.topics())
        .containsExactlyElementsOf(Samples.topics("orders/42", "orders/all"));
    assertThat(update.event()).isEqualTo("shipped");
  }

  @Test
  void headerSaysThatItIsTheLastOfItsTopics() {
    assertThat(published("x", "topic", "log", "end", "false").end()).isFalse();
    assertThat(published("y", "topic", "log", "end", "true").end()).isTrue();
    assertThat(refusal("z", "topic", "log").failureCode()).isEqualTo(409);
    assertThat(refusal("z", "topic", "log").getMessage()).contains("'log' has ended");
  }

  @Test
  void replyIsTheIdAndSaysWhenItIsARepeat() {
    JsonObject first = owner.request("x", headers("key", "o42-s"));
    assertThat(first.fieldNames()).containsExactly("id");
    assertThat(owner.request("x", headers("key", "o42-s")))
        .isEqualTo(first.copy().put("duplicate", true));
    assertThat(refusal("y", "key", "o42-s").failureCode()).isEqualTo(422);
  }

  @Test
  void topicHas32SegmentsAtMost() {
    String most = "a/".repeat(31) + "a";
    assertThat(published("x", "topic", most).topics()).hasToString("[" + most + "]");
    assertThat(refusal("x", "topic", most + "/a").getMessage())
        .contains("has 33 segments: use at most 32 (limits.segmentsPerTopic)");
  }

  @Test
  void senderMayGoOnToUseItsBuffer() {
    Buffer buffer = Buffer.buffer("as sent");
    Position position = LogOwner.position(owner.request(buffer, headers()));
    buffer.setString(0, "changed");
    assertThat(owner.read(position).data()).hasToString("as sent");
  }

  static Stream<Arguments> refused() {
    String[] topics =
        Stream.iterate(0, i -> i + 1)
            .limit(17)
            .flatMap(i -> Stream.of("topic", "t" + i))
            .toArray(String[]::new);
    return Stream.of(
        Arguments.of(400, "x", new String[] {"topic", ""}),
        Arguments.of(400, "x", new String[] {"topic", "a//b"}),
        Arguments.of(400, "x", new String[] {"topic", "a/*"}),
        Arguments.of(400, "x", new String[] {"topic", "outpour/readers"}),
        Arguments.of(400, "x", new String[] {"topic", "good", "topic", "bad\n"}),
        Arguments.of(400, "x", topics),
        Arguments.of(400, "x", new String[] {"topic", "good", "topic", "a/".repeat(32) + "a"}),
        Arguments.of(400, "x", new String[] {"event", ""}),
        Arguments.of(400, "x", new String[] {"event", "outpour.closing"}),
        Arguments.of(400, "x", new String[] {"end", "yes"}),
        Arguments.of(400, "x", new String[] {"key", ""}),
        Arguments.of(400, "x", new String[] {"key", "k".repeat(257)}),
        Arguments.of(400, "{", new String[] {"content-type", "application/json"}),
        Arguments.of(400, "", new String[] {"content-type", "application/json"}),
        Arguments.of(400, Buffer.buffer(new byte[] {(byte) 0xff}), new String[0]),
        Arguments.of(413, "x".repeat(1025), new String[0]),
        Arguments.of(413, new JsonObject().put("a", "x".repeat(1025)), new String[0]),
        Arguments.of(415, 42, new String[0]),
        Arguments.of(415, null, new String[0]));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatCannotBeTakenFailsWithTheStatusOfHttpAndLeavesNothing(
      int status, @Nullable Object body, String[] headers) {
    assertThat(refusal(body, headers).failureCode()).isEqualTo(status);
  }

  @Test
  void largestUpdateIsTaken() {
    assertThat(published("x".repeat(1024)).data().length()).isEqualTo(1024);
  }

  @Test
  void whoeverSendsWithoutAskingIsStoredAllTheSame() {
    Position before = owner.head();
    owner.vertx.eventBus().send(UpdateBus.INGEST, "sent", headers("topic", "*"));
    owner.vertx.eventBus().send(UpdateBus.INGEST, "sent");
    owner.vertx.eventBus().publish(UpdateBus.INGEST, "published");
    Await.until("both are in the log", () -> owner.head().sequence() == before.sequence() + 2);
    List<String> data =
        Stream.of(1, 2)
            .map(i -> owner.read(new Position(before.epoch(), before.sequence() + i)))
            .map(update -> update.data().toString())
            .toList();
    assertThat(data).containsExactly("sent", "published");
  }
}
