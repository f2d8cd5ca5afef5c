package dev.outpour.update;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DraftTest {

  private static Draft named(String event) {
    return new Draft(List.of(), event, null, Update.Form.TEXT, Buffer.buffer());
  }

  private static Draft to(int topics) {
    String[] names = IntStream.range(0, topics).mapToObj(i -> "t" + i).toArray(String[]::new);
    return Samples.draft("", names);
  }

  @Test
  void sixteenTopicsAreTakenAndNotOneMore() {
    assertThat(to(16).topics()).hasSize(16);
    assertThat(Samples.refusalOf(() -> to(17)).status()).isEqualTo(400);
  }

  @Test
  void topicNamedTwiceIsOneTopic() {
    assertThat(Samples.draft("", "a", "b", "a").topics())
        .containsExactlyElementsOf(Samples.topics("a", "b"));
  }

  @Test
  void updateWithoutATopicGoesToTheDefault() {
    Topic updates = Topic.parse("updates");
    assertThat(Samples.draft("x").orTo(updates).topics()).containsExactly(updates);
    assertThat(Samples.draft("x", "a").orTo(updates)).isEqualTo(Samples.draft("x", "a"));
  }

  @Test
  void updateEndsItsTopicsIfItSaysSo() {
    assertThat(Draft.parseEnd(null)).isFalse();
    assertThat(Draft.parseEnd("false")).isFalse();
    assertThat(Draft.parseEnd("true")).isTrue();
    Draft last = Samples.last("x");
    assertThat(last.end()).isTrue();
    assertThat(last.orTo(Topic.parse("updates")).end()).isTrue();
    assertThat(last.at(new Position(Samples.EPOCH, 1), 1).end()).isTrue();
    assertThat(Samples.draft("x").end()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "TRUE", "yes", "true "})
  void whatIsNeitherTrueNorFalseIsRefusedAsAnEnd(String text) {
    assertThat(Samples.refusalOf(() -> Draft.parseEnd(text)).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"shipped", "a b", "ä€🌊", "id: 1", "outpour", "Outpour.x", "\u2028"})
  void anyTextWithoutControlsNamesAnEvent(String event) {
    assertThat(named(event).event()).isEqualTo(event);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a\nb", "a\rb", "\r\n", "a\0", "\t", "\u0085", "outpour.", "outpour.closing"})
  void whatIsNoNameOfAnEventIsRefused(String event) {
    assertThat(Samples.refusalOf(() -> named(event)).status()).isEqualTo(400);
  }

  @Test
  void namesOfEventsAreBounded() {
    assertThat(named("e".repeat(256)).event()).hasSize(256);
    assertThat(Samples.refusalOf(() -> named("e".repeat(257))).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"k", "order 42/shipped", "ä€🌊", " "})
  void anyTextWithoutControlsIsAKey(String name) {
    assertThat(Key.parse("me", name)).isEqualTo(new Key("me", name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb", "a\rb", "a\0b", "\u007f"})
  void whatIsNoKeyIsRefused(String name) {
    assertThat(Samples.refusalOf(() -> Key.parse("", name)).status()).isEqualTo(400);
  }

  @Test
  void keysAreBoundedInBytes() {
    assertThat(Key.parse("", "k".repeat(256)).name()).hasSize(256);
    assertThat(Key.parse("", "ä".repeat(128)).name()).hasSize(128);
    assertThat(Samples.refusalOf(() -> Key.parse("", "k".repeat(257))).status()).isEqualTo(400);
    assertThat(Samples.refusalOf(() -> Key.parse("", "ä".repeat(129))).status()).isEqualTo(400);
    assertThat(Samples.refusalOf(() -> Key.parse("", "k".repeat(1 << 20))).status()).isEqualTo(400);
  }

  @Test
  void keysOfDifferentPublishersNeverMeet() {
    assertThat(Key.parse("a", "bc")).isNotEqualTo(Key.parse("ab", "c"));
  }
}
