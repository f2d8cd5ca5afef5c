package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.outpour.SseParser;
import dev.outpour.update.Draft;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Samples;
import dev.outpour.update.StrictText;
import dev.outpour.update.Update;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import java.util.List;

/**
 * Whatever is taken from a publisher comes out of a parser as it went in, and nothing else does.
 */
class EventFormatFuzz {

  @FuzzTest
  void comesOutAsItWentIn(FuzzedDataProvider data) {
    boolean enveloped = data.consumeBoolean();
    boolean json = data.consumeBoolean();
    int cut = data.consumeInt(0, 64);
    String event = data.consumeBoolean() ? data.consumeString(20) : null;
    Buffer body = Buffer.buffer(data.consumeRemainingAsBytes());
    Update update;
    try {
      update = taken(event, json, body);
    } catch (RefusedException e) {
      assertThat(e.refusal().status()).isEqualTo(400);
      return;
    }
    EventFormat.Form form = enveloped ? EventFormat.Form.ENVELOPE : EventFormat.Form.PLAIN;

    assertThat(read(update, form, cut))
        .containsExactly(
            new SseParser.Event(
                update.position().toString(),
                event == null ? "message" : event,
                enveloped ? envelope(update) : lines(body.toString())));
  }

  private static Update taken(String event, boolean json, Buffer body) {
    if (json) {
      StrictText.checkJson(body);
    } else {
      StrictText.checkUtf8(body);
    }
    Update.Form form = json ? Update.Form.JSON : Update.Form.TEXT;
    return new Draft(Samples.topics("a", "ä/b"), event, null, form, body)
        .at(Samples.update(7, "").position(), 0);
  }

  private static List<SseParser.Event> read(Update update, EventFormat.Form form, int cut) {
    ByteBuf out = Unpooled.buffer();
    EventFormat.append(out, update, form);
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    SseParser parser = new SseParser();
    int at = Math.min(cut, bytes.length);
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

  private static String encoded(String text) {
    String array = new JsonArray().add(text).encode();
    return array.substring(1, array.length() - 1);
  }
}
