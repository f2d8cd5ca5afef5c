package dev.outpour.sse;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.outpour.SseParser;
import dev.outpour.json.PayloadCheck;
import dev.outpour.update.Draft;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Samples;
import dev.outpour.update.Update;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A parser returns exactly the update that was encoded, for everything a publisher may send. */
class EventEncoderFuzz {

  static Stream<Arguments> updates() {
    return Stream.of("[1,\r\n\"\\u2028\"]", "a\r\n\rb\n\nevent: admin", " \u2028")
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .flatMap(
            bytes ->
                Stream.of(
                    Arguments.of(true, false, 20, null, bytes),
                    Arguments.of(false, true, 9, "shipped", bytes),
                    Arguments.of(true, true, 1, "ä", bytes)));
  }

  @MethodSource("updates")
  @FuzzTest
  void parserReturnsTheEncodedUpdate(
      boolean enveloped, boolean json, int cut, @Nullable String event, byte @NotNull [] bytes) {
    Buffer body = Buffer.buffer(bytes);
    Update update;
    try {
      update = accepted(event, json, body);
    } catch (RefusedException e) {
      assertThat(e.refusal().status()).isEqualTo(400);
      return;
    }
    EventEncoder.Form form = enveloped ? EventEncoder.Form.ENVELOPE : EventEncoder.Form.PLAIN;

    assertThat(read(update, form, cut))
        .containsExactly(
            new SseParser.Event(
                update.position().toString(),
                event == null ? "message" : event,
                enveloped ? envelope(update) : lines(body.toString())));
  }

  private static Update accepted(@Nullable String event, boolean json, Buffer body) {
    if (json) {
      PayloadCheck.checkJson(body);
    } else {
      PayloadCheck.checkUtf8(body);
    }
    Update.Form form = json ? Update.Form.JSON : Update.Form.TEXT;
    return new Draft(Samples.topics("a", "ä/b"), event, null, form, body)
        .at(Samples.update(7, "").position(), 0);
  }

  private static List<SseParser.Event> read(Update update, EventEncoder.Form form, int cut) {
    ByteBuf out = Unpooled.buffer();
    EventEncoder.append(out, update, form);
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    SseParser parser = new SseParser();
    int at = Math.floorMod(cut, bytes.length);
    parser.feed(bytes, 0, at);
    parser.feed(bytes, at, bytes.length);
    return parser.events();
  }

  private static String lines(String text) {
    return text.replace("\r\n", "\n").replace('\r', '\n');
  }

  private static String envelope(Update update) {
    String text = update.data().toString();
    return "{\"topics\":[\"a\",\"ä/b\"],\"time\":\"1970-01-01T00:00:00Z\",\"event\":"
        + encoded(update.event())
        + ",\"data\":"
        + (update.form() == Update.Form.JSON
            ? text.replace('\r', ' ').replace('\n', ' ')
            : encoded(text))
        + "}";
  }

  private static String encoded(@Nullable String text) {
    String array = new JsonArray().add(text).encode();
    return array.substring(1, array.length() - 1);
  }
}
