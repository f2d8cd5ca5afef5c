package dev.outpour.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.update.Position;
import dev.outpour.update.Samples;
import dev.outpour.update.Update;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoded events compared with bytes written by hand, among them the standard's own examples. */
class EventEncoderTest {

  private static final Position POSITION = new Position("k3f9QzT1", 42);

  private static Update update(Update.Form form, String event, String data) {
    return new Update(
        POSITION, 1_700_000_000_123L, Samples.topics("a", "b/c"), event, form, Buffer.buffer(data));
  }

  private static String written(Update update, EventEncoder.Form form) {
    ByteBuf out = Unpooled.buffer();
    EventEncoder.append(out, update, form);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String text(String data) {
    return written(update(Update.Form.TEXT, null, data), EventEncoder.Form.PLAIN);
  }

  private static JsonObject envelope(Update update) {
    String block = written(update, EventEncoder.Form.ENVELOPE);
    int data = block.indexOf("\ndata: ") + 1;
    assertThat(block.indexOf('\n', data)).isEqualTo(block.length() - 2);
    return new JsonObject(block.substring(data + "data: ".length()));
  }

  static Stream<Arguments> lines() {
    return Stream.of(
        Arguments.of("YHOO\n+2\n10", "data: YHOO\ndata: +2\ndata: 10\n"),
        Arguments.of("YHOO\r+2\r10", "data: YHOO\ndata: +2\ndata: 10\n"),
        Arguments.of("YHOO\r\n+2\r\n10", "data: YHOO\ndata: +2\ndata: 10\n"),
        Arguments.of("second event", "data: second event\n"),
        Arguments.of(" third event", "data:  third event\n"),
        Arguments.of("", "data: \n"),
        Arguments.of("\n", "data: \ndata: \n"),
        Arguments.of("\r", "data: \ndata: \n"),
        Arguments.of("\r\n", "data: \ndata: \n"),
        Arguments.of("\n\r", "data: \ndata: \ndata: \n"),
        Arguments.of("\r\r\n\n", "data: \ndata: \ndata: \ndata: \n"),
        Arguments.of("test\n", "data: test\ndata: \n"),
        Arguments.of("\n\nevent: admin", "data: \ndata: \ndata: event: admin\n"),
        Arguments.of(": comment", "data: : comment\n"),
        Arguments.of("a\u2028b\u2029c\u0085d\u000be\f", "data: a\u2028b\u2029c\u0085d\u000be\f\n"),
        Arguments.of("\ufeff\0🌊", "data: \ufeff\0🌊\n"));
  }

  @ParameterizedTest
  @MethodSource("lines")
  void everyLineOfTheDataIsAField(String data, String fields) {
    assertThat(text(data)).isEqualTo("id: k3f9QzT1-42\n" + fields + "\n");
  }

  @Test
  void idComesFirstThenTheEventThenTheData() {
    assertThat(written(update(Update.Form.TEXT, "add", "73857293"), EventEncoder.Form.PLAIN))
        .isEqualTo("id: k3f9QzT1-42\nevent: add\ndata: 73857293\n\n");
    assertThat(written(update(Update.Form.JSON, "ä🌊", "[1,\n2]"), EventEncoder.Form.PLAIN))
        .isEqualTo("id: k3f9QzT1-42\nevent: ä🌊\ndata: [1,\ndata: 2]\n\n");
  }

  @Test
  void envelopeIsOneLineOfJson() {
    assertThat(written(update(Update.Form.JSON, "add", "{\"n\":1.50}"), EventEncoder.Form.ENVELOPE))
        .isEqualTo(
            "id: k3f9QzT1-42\nevent: add\ndata: {\"topics\":[\"a\",\"b/c\"],"
                + "\"time\":\"2023-11-14T22:13:20.123Z\",\"event\":\"add\","
                + "\"data\":{\"n\":1.50}}\n\n");
  }

  @Test
  void envelopeWithoutAnEventHasNull() {
    JsonObject envelope = envelope(update(Update.Form.TEXT, null, "x"));
    assertThat(envelope.containsKey("event")).isTrue();
    assertThat(envelope.getValue("event")).isNull();
    assertThat(envelope.getJsonArray("topics")).isEqualTo(JsonArray.of("a", "b/c"));
    assertThat(envelope.fieldNames()).containsExactly("topics", "time", "event", "data");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain",
        "a\nb\r\nc\rd",
        "\"quoted\" \\ back",
        "\0\u0001\u001f\u007f\u0085",
        "\u2028\u2029\ufeff",
        "ä€🌊",
        "{\"json\": true}"
      })
  void textInAnEnvelopeIsAString(String data) {
    JsonObject envelope = envelope(update(Update.Form.TEXT, "\"e\"", data));
    assertThat(envelope.getString("data")).isEqualTo(data);
    assertThat(envelope.getString("event")).isEqualTo("\"e\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e999999999",
        "{\"a\":1,\"a\":2}",
        "\"\\ud800\"",
        "1.000",
        " { } ",
        "123456789012345678901234567890",
        "\"\\u00e4 \\/\""
      })
  void jsonInAnEnvelopeIsUnchanged(String json) {
    assertThat(written(update(Update.Form.JSON, null, json), EventEncoder.Form.ENVELOPE))
        .endsWith(",\"data\":" + json + "}\n\n");
  }

  @Test
  void lineEndsBetweenTokensOfJsonBecomeSpaces() {
    assertThat(
            written(
                update(Update.Form.JSON, null, "{\r\n\"a\":\n[1,\r2]\n}\n"),
                EventEncoder.Form.ENVELOPE))
        .endsWith(",\"data\":{  \"a\": [1, 2] } }\n\n");
  }

  @Test
  void encodingLeavesThePublishersBytesUnchanged() {
    Update update = update(Update.Form.JSON, null, "[1,\r\n2]");
    written(update, EventEncoder.Form.ENVELOPE);
    written(update, EventEncoder.Form.PLAIN);
    assertThat(update.data().toString()).isEqualTo("[1,\r\n2]");
  }

  @Test
  void blocksWithoutDataDispatchNoEvent() {
    assertThat(EventEncoder.retry(2500)).hasToString("retry: 2500\n\n");
    assertThat(EventEncoder.silence()).hasToString(":\n\n");
  }

  @Test
  void positionsAreEventsSinceManyClientsIgnoreAnIdWithoutData() {
    assertThat(EventEncoder.position(POSITION))
        .hasToString("id: k3f9QzT1-42\nevent: outpour.position\ndata: {}\n\n");
    assertThat(EventEncoder.retry(2500, EventEncoder.position(POSITION)))
        .hasToString("retry: 2500\nid: k3f9QzT1-42\nevent: outpour.position\ndata: {}\n\n");
  }

  @Test
  void theHubsOwnEventsAreNamed() {
    JsonObject data = new JsonObject().put("reason", "slow");
    assertThat(EventEncoder.word("closing", Optional.empty(), data))
        .hasToString("event: outpour.closing\ndata: {\"reason\":\"slow\"}\n\n");
    assertThat(EventEncoder.word("truncated", Optional.of(POSITION), data))
        .hasToString("id: k3f9QzT1-42\nevent: outpour.truncated\ndata: {\"reason\":\"slow\"}\n\n");
  }
}
