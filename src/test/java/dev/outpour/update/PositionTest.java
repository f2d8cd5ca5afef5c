package dev.outpour.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "k3f9QzT1-0",
        "k3f9QzT1-1",
        "00000000-42",
        "k3f9QzT1-9223372036854775807",
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ab-9223372036854775807"
      })
  void wireFormComesBackAsItWas(String text) {
    assertThat(Position.parse(text)).get().hasToString(text);
  }

  static Stream<String> malformed() {
    return Stream.of(
        "",
        "-",
        "-1",
        "0",
        "42",
        "k3f9QzT1",
        "k3f9QzT1-",
        "-k3f9QzT1",
        "k3f9QzT-1",
        "k3f9QzT1--1",
        "k3f9QzT1-+1",
        "k3f9QzT1-01",
        "k3f9QzT1-00",
        "k3f9QzT1-1 ",
        " k3f9QzT1-1",
        "k3f9QzT1-1\0",
        "k3f9QzT1-1\n",
        "k3f9QzT1-1-1",
        "k3f9QzT1-1.0",
        "k3f9QzT1-1e3",
        "k3f9QzT1-0x1",
        "k3f9QzT1-1_0",
        "k3f9QzT1-9223372036854775808",
        "k3f9QzT1-18446744073709551616",
        "k3f9QzT1-99999999999999999999",
        "k3f9QzT1-\u0661",
        "k3f9QzT1-\uff11",
        "k3f9QzT\u00e4-1",
        "k3f9QzT\uff11-1",
        "k3f9 zT1-1",
        "k3f9/zT1-1",
        "k3f9_zT1-1",
        "k3f9QzT1%2D1",
        "'; DROP TABLE updates; --",
        "../../../../etc/passwd-1",
        "earliest",
        "a".repeat(65) + "-1",
        "a".repeat(1 << 20),
        "a".repeat(1 << 20) + "-1",
        "k3f9QzT1-" + "1".repeat(1 << 20));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void anythingElseIsNoPosition(String text) {
    assertThat(Position.parse(text)).isEmpty();
  }

  @Test
  void oversizedTextTakesNoTime() {
    String letters = "a".repeat(1 << 20);
    String digits = "k3f9QzT1-" + "1".repeat(1 << 20);
    // Parsing the whole text would take minutes.
    Assertions.assertTimeout(
        Duration.ofSeconds(5),
        () -> {
          for (int i = 0; i < 500_000; i++) {
            assertThat(Position.parse(letters).isPresent() || Position.parse(digits).isPresent())
                .isFalse();
          }
        });
  }

  @Provide
  Arbitrary<Position> positions() {
    return Generators.positions();
  }

  @Provide
  Arbitrary<String> texts() {
    return Generators.texts();
  }

  @Property
  void everyPositionComesBackFromItsWireForm(@ForAll("positions") Position position) {
    assertThat(Position.parse(position.toString())).contains(position);
  }

  @Property
  void noTwoTextsAreOnePosition(
      @ForAll("positions") Position position, @ForAll("texts") String more) {
    String text = position + more;
    assertThat(Position.parse(text))
        .satisfies(parsed -> parsed.ifPresent(found -> assertThat(found).hasToString(text)));
  }
}
