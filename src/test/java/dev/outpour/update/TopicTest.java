package dev.outpour.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "updates",
        "orders/42",
        "a/b/c/d/e",
        " ",
        "with space",
        "ä/€/🌊",
        "outpours",
        "a/outpour",
        "Outpour",
        "ünïcode",
        "a?b=c&d#e",
        "%2f",
        "..",
        "../..",
        "a;b",
        "\"quoted\"",
        "\u2028"
      })
  void anyTextWithoutControlsAndEmptySegmentsIsATopic(String name) {
    assertThat(Topic.parse(name).name()).isEqualTo(name);
    assertThat(Topic.parse(name)).hasToString(name);
  }

  static Stream<String> noTopics() {
    return Stream.of(
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        "*",
        "a/*",
        "a*b",
        "**",
        "outpour",
        "outpour/readers",
        "a\0b",
        "a\nb",
        "a\rb",
        "a\tb",
        "\u007f",
        "\u0085",
        "\ud800",
        "a\udc00",
        "\ud83c/\udf0a",
        "\udf0a\ud83c",
        "a".repeat(257),
        "ä".repeat(129),
        "🌊".repeat(65));
  }

  @ParameterizedTest
  @MethodSource("noTopics")
  void whatIsNoTopicIsRefusedWithWhatToChange(String name) {
    Refusal refusal = Samples.refusalOf(() -> Topic.parse(name));
    assertThat(refusal.status()).isEqualTo(400);
    assertThat(refusal.detail()).isNotBlank();
  }

  @Test
  void lengthIsCountedInBytesOfUtf8() {
    assertThat(Topic.parse("a".repeat(256)).name()).hasSize(256);
    assertThat(Topic.parse("ä".repeat(128)).name()).hasSize(128);
    assertThat(Topic.parse("🌊".repeat(64)).name()).hasSize(128);
  }

  @Test
  void twoUnicodeFormsOfOneTextAreTwoTopics() {
    String composed = Normalizer.normalize("é", Normalizer.Form.NFC);
    String decomposed = Normalizer.normalize("é", Normalizer.Form.NFD);
    assertThat(Topic.parse(composed)).isNotEqualTo(Topic.parse(decomposed));
    assertThat(Samples.interest(composed).matches(Topic.parse(decomposed))).isFalse();
  }

  @Provide
  Arbitrary<String> texts() {
    return Generators.texts();
  }

  @Property
  void everyTextIsATopicOrRefusedWith400(@ForAll("texts") String text) {
    try {
      assertThat(Topic.parse(text).name()).isEqualTo(text);
    } catch (RefusedException e) {
      assertThat(e.refusal().status()).isEqualTo(400);
    }
  }
}
