package dev.outpour.http.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Generators;
import dev.outpour.update.Position;
import dev.outpour.update.Samples;
import dev.outpour.update.Update;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** What is written comes out of parsers that nobody here wrote. */
class EventRoundTripTest {

  private static final List<String> AWKWARD =
      List.of(
          "",
          " ",
          " leading",
          "trailing ",
          "\n",
          "\r",
          "\r\n",
          "trailing\n",
          "trailing\n\n",
          "a\rb\nc\r\nd\n\re",
          "\n\nevent: admin",
          "\n\nid: x\ndata: y\n\n",
          ": comment",
          "data: data",
          "a\u2028b\u2029c\u0085d\u000be\fz",
          "\ufeffmark",
          "nul\0nul",
          "ä€🌊",
          "x".repeat(1 << 20),
          "y\n".repeat(1 << 14));

  private static SseParsers parsers;

  @BeforeContainer
  static void start() {
    parsers = new SseParsers();
  }

  @AfterContainer
  static void stop() {
    parsers.close();
  }

  private static Update update(long sequence, @Nullable String event, String data) {
    return new Update(
        new Position(Samples.EPOCH, sequence),
        0,
        Samples.topics("t"),
        event,
        Update.Form.TEXT,
        Buffer.buffer(data));
  }

  private static Buffer framed(List<Update> updates, EventEncoder.Form form) {
    EncodedPage frames = FrameSamples.frames(updates, form, TransferCoding.PLAIN, topic -> true);
    return Buffer.buffer(FrameSamples.bytes(frames.part(0, Long.MAX_VALUE, Integer.MAX_VALUE)));
  }

  /** What a program looks at before all else. */
  private static final Predicate<SseParsers.Event> IS_UPDATE =
      event -> !event.name().startsWith("outpour.");

  /** The standard knows one line end inside data: LF. */
  private static SseParsers.Event expected(Update update) {
    String data = update.data().toString().replace("\r\n", "\n").replace('\r', '\n');
    String name = update.event() == null ? "message" : update.event();
    return new SseParsers.Event(update.position().toString(), name, data);
  }

  private static void assertReadAsWritten(List<Update> updates, List<Buffer> chunks) {
    List<SseParsers.Event> expected = updates.stream().map(EventRoundTripTest::expected).toList();
    assertThat(parsers.okHttp(chunks)).filteredOn(IS_UPDATE).isEqualTo(expected);
    assertThat(parsers.launchDarkly(chunks)).filteredOn(IS_UPDATE).isEqualTo(expected);
  }

  @Example
  void awkwardDataComesOutAsItWentIn() {
    List<Update> updates = new ArrayList<>();
    for (String data : AWKWARD) {
      updates.add(update(updates.size() + 1, null, data));
      updates.add(update(updates.size() + 1, "named", data));
    }
    assertReadAsWritten(updates, List.of(framed(updates, EventEncoder.Form.PLAIN)));
  }

  @Example
  void streamCutAtAnyByteGivesTheSameEvents() {
    List<Update> updates =
        List.of(update(1, "ä", "a\r\n\r🌊"), update(2, null, ""), update(3, null, "\n b"));
    Buffer first = EventEncoder.retry(2000, EventEncoder.position(new Position(Samples.EPOCH, 0)));
    Buffer all = first.copy().appendBuffer(framed(updates, EventEncoder.Form.PLAIN));
    for (int cut = 1; cut < all.length(); cut++) {
      assertReadAsWritten(updates, List.of(all.slice(0, cut), all.slice(cut, all.length())));
    }
    List<Buffer> single = new ArrayList<>();
    for (int at = 0; at < all.length(); at++) {
      single.add(all.slice(at, at + 1));
    }
    assertReadAsWritten(updates, single);
  }

  @Example
  void wordsAndPositionsBetweenUpdatesDisturbNothing() {
    Position position = new Position(Samples.EPOCH, 7);
    JsonObject told = new JsonObject().put("reason", "expired");
    Update update = update(8, null, "x");
    Buffer stream =
        EventEncoder.retry(2000)
            .appendBuffer(EventEncoder.silence())
            .appendBuffer(EventEncoder.position(position))
            .appendBuffer(EventEncoder.word("truncated", Optional.of(position), told))
            .appendBuffer(framed(List.of(update), EventEncoder.Form.PLAIN));
    List<SseParsers.Event> expected =
        List.of(
            new SseParsers.Event(position.toString(), "outpour.position", "{}"),
            new SseParsers.Event(position.toString(), "outpour.truncated", told.encode()),
            expected(update));
    assertThat(parsers.okHttp(List.of(stream))).isEqualTo(expected);
    assertThat(parsers.launchDarkly(List.of(stream))).isEqualTo(expected);
  }

  @Provide
  Arbitrary<List<String>> texts() {
    return Generators.texts().list().ofMinSize(1).ofMaxSize(30);
  }

  @Property(tries = 60)
  void anyTextComesOutAsItWentIn(@ForAll("texts") List<String> texts) {
    List<Update> updates = new ArrayList<>();
    for (String text : texts) {
      updates.add(update(updates.size() + 1, null, text));
    }
    assertReadAsWritten(updates, List.of(framed(updates, EventEncoder.Form.PLAIN)));
  }

  @Property(tries = 60)
  void anyTextComesOutOfItsEnvelope(@ForAll("texts") List<String> texts) {
    List<Update> updates = new ArrayList<>();
    for (String text : texts) {
      updates.add(update(updates.size() + 1, null, text));
    }
    Buffer stream = framed(updates, EventEncoder.Form.ENVELOPE);
    Stream<String> data =
        parsers.okHttp(List.of(stream)).stream()
            .map(event -> new JsonObject(event.data()).getString("data"));
    assertThat(data).containsExactlyElementsOf(texts);
  }

  @Property
  void anyJsonMeansTheSameInItsEnvelope(@ForAll("texts") List<String> texts) {
    String json =
        "[\r\n" + String.join("\n,\r ", texts.stream().map(Json::encode).toList()) + "]\n";
    Update update =
        new Update(
            new Position(Samples.EPOCH, 1),
            0,
            Samples.topics("t"),
            null,
            Update.Form.JSON,
            Buffer.buffer(json));
    String block = framed(List.of(update), EventEncoder.Form.ENVELOPE).toString();
    String line = block.substring(block.indexOf("data: ") + 6, block.length() - 2);
    assertThat(line)
        .doesNotContain("\n", "\r")
        .contains(json.replace('\n', ' ').replace('\r', ' '));
    assertThat(new JsonObject(line).getJsonArray("data")).isEqualTo(new JsonArray(texts));
  }
}
